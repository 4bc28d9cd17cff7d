// The Worker's entry: the routes, and nothing else.
import type { Env } from './context.ts'
import { routes } from './routes.ts'

export default { fetch: routes.fetch } satisfies ExportedHandler<Env>
