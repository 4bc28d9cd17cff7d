// What a rollback would change for readers, and what the older edition will do by itself. Pure.

import type { Rollback, RolledArticle } from '../rollback.ts'
import { isoMinute } from '../sources/instants.ts'
import { articleAddress, section, shortHash } from './lines.ts'
import { fieldName, reportNear } from './plan.ts'

/** All that is to be seen of a rollback before it is done. */
export function reportRollback(plan: Rollback): string[] {
  const { live, body } = plan
  const to = plan.earlier.push
  const { zone } = body.settings
  const line = ({ title, slug }: RolledArticle): string => `${title}  ${articleAddress(slug)}`
  const about = to.message === '' ? '' : ` “${to.message}”`
  return [
    `Back to push ${to.sequence} of ${isoMinute(to.time, zone)} by ${to.author}${about}, in place of push ${live.sequence}.`,
    ...section('Comes back', plan.appearing.map(line)),
    ...section('Is again as it was', plan.changed.map(line)),
    ...section('No longer there', plan.disappearing.map(line)),
    ...section(
      'Site settings are again as they were',
      plan.settings.length > 0 ? [plan.settings.map(fieldName).join(', ')] : [],
    ),
    ...section('Stays away, because it was taken down or is gone since', plan.withheld.map(articleAddress)),
    ...section(
      'Will still go live or expire',
      plan.coming.map((one) => `${isoMinute(one.at, zone)} ${one.becomes}  ${line(one)}`),
    ),
    ...reportNear(plan.near, zone),
  ]
}

/** The line that says what is live after a rollback. */
export function reportRolledBack({ earlier: { push } }: Rollback, sequence: number): string {
  return `Push ${sequence} is live: back to push ${push.sequence} (edition ${shortHash(push.edition)}), 2 values written.`
}
