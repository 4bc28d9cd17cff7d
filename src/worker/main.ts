// The Worker's entry: the routes, and nothing else.
import type { Env } from './env.ts'
import { routes } from './routes.ts'

export default { fetch: routes.fetch } satisfies ExportedHandler<Env>
