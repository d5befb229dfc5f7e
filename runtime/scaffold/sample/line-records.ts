import { isFault, recordOf } from './record-of.ts'
import type { Sample, SampleFault, SampleRecord, SampleText } from './sample.ts'

/** One JSON object per line; blank lines are passed over, others that are none are faults. */
export function lineRecords({ text, cut, maxRecords }: SampleText): Sample {
  const records: SampleRecord[] = []
  const faults: SampleFault[] = []
  let line = 1
  let from = 0
  for (; from < text.length && records.length < maxRecords; line++) {
    const found = text.indexOf('\n', from)
    const end = found < 0 ? text.length : found
    const content = text.slice(from, end)
    from = end + 1
    if (content.trim() === '') continue
    const answer = recordOf(content, line)
    if (isFault(answer)) faults.push(answer)
    else records.push(answer)
  }
  return { form: { kind: 'lines' }, records, faults, cut: cut || from < text.length }
}
