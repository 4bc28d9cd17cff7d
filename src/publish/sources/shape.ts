// Checks YAML data against a schema. A field of the wrong shape is a problem; an unknown field is advice.
import * as v from 'valibot'
import { type Problem, quote } from './problem.ts'
import { nearest } from './spelling.ts'
import type { YamlData } from './yaml.ts'

/** The result of a check. `output` is null if there is any problem. */
export type Shape<T extends v.GenericSchema> = {
  output: v.InferOutput<T> | null
  /** The fields that fit the schema. A list has a hole in place of an entry that does not; `forEach` skips holes. */
  sound: Partial<v.InferOutput<T>>
  problems: Problem[]
}

/** Checks data against a schema whose messages complete the sentence "<field> …". */
export function checkShape<T extends v.GenericSchema>(schema: T, yaml: YamlData): Shape<T> {
  const data = yaml.data ?? {}
  const result = v.safeParse(schema, data)
  const advice = [...unknownFields(schema as Part, data)].map(({ path, part }): Problem => {
    const known = Object.keys(part.entries ?? {})
    const meant = nearest(String(path.at(-1)), known)
    const fate = part.type === 'loose_object' ? 'kept, but not shown' : 'shown nowhere'
    const message = `${quote(fieldName(path))} is an unknown field: it is ${fate}`
    const remedy = meant === null ? '' : `. Did you mean ${meant}?`
    return { ...yaml.atKey(path), level: 'advice', message: `${message}${remedy}` }
  })
  if (result.success) return { output: result.output, sound: result.output, problems: advice }
  let sound: unknown = result.output
  const problems = result.issues.map((issue): Problem => {
    const path = (issue.path ?? []).map((item) => item.key as PropertyKey)
    if (path.length === 0) sound = schema.type === 'array' ? [] : {}
    else leaveOut(sound, path)
    const name = path.length === 0 ? 'the file' : fieldName(path)
    // For a missing field valibot gives the message of the object around it, so take the field's own message.
    const message =
      issue.input === undefined
        ? `${name} ${messageAt(schema, path) ?? issue.message}`
        : `${name} ${issue.message}: found ${quote(issue.input)}`
    return { ...yaml.at(path), level: 'problem', message }
  })
  return { output: null, sound: sound as Shape<T>['sound'], problems: [...problems, ...advice] }
}

/** Removes the field of a path from the data. If the field is a list, removes only the entry of the path. */
function leaveOut(data: unknown, [first, second]: readonly PropertyKey[]): void {
  if (typeof data !== 'object' || data === null || first === undefined) return
  const field = (data as Record<PropertyKey, unknown>)[first]
  if (Array.isArray(field) && typeof second === 'number') Reflect.deleteProperty(field, second)
  else Reflect.deleteProperty(data, first)
}

/** The properties that are read of any valibot schema. */
type Part = {
  type?: string
  entries?: Record<PropertyKey, Part>
  item?: Part
  value?: Part
  wrapped?: Part
  message?: unknown
}

/** The fields, at any depth, that their object's schema does not name. */
function* unknownFields(
  part: Part | undefined,
  data: unknown,
  path: readonly PropertyKey[] = [],
): Generator<{ path: readonly PropertyKey[]; part: Part }> {
  const schema = part?.wrapped ?? part
  if (!schema || typeof data !== 'object' || data === null) return
  for (const [name, value] of Object.entries(data)) {
    const key = Array.isArray(data) ? Number(name) : name
    const inner = Array.isArray(data) ? schema.item : (own(schema.entries, name) ?? schema.value)
    if (inner) yield* unknownFields(inner, value, [...path, key])
    else if (schema.entries && !Array.isArray(data)) yield { path: [...path, key], part: schema }
  }
}

function own(entries: Part['entries'], name: string): Part | undefined {
  return entries && Object.hasOwn(entries, name) ? entries[name] : undefined
}

function messageAt(schema: v.GenericSchema, path: readonly PropertyKey[]): string | null {
  let part: Part | undefined = schema as Part
  for (const key of path) {
    part = part?.wrapped ?? part
    part = part?.entries?.[key] ?? part?.item ?? part?.value
  }
  return typeof part?.message === 'string' ? part.message : null
}

/** A path as messages show it: `image.src`, `corrections[2].date`, `name of entry 2`. */
function fieldName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path
  if (typeof first === 'number')
    return `${rest.length === 0 ? '' : `${fieldName(rest)} of `}entry ${first + 1}`
  return path.reduce<string>(
    (name, key) =>
      typeof key === 'number' ? `${name}[${key + 1}]` : name === '' ? String(key) : `${name}.${String(key)}`,
    '',
  )
}
