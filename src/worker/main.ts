// The Worker's entry point. All behaviour is behind the routes.
import type { Env } from './context.ts'
import { routes } from './routes.ts'

export default { fetch: routes.fetch } satisfies ExportedHandler<Env>
