import type { WindowNode } from '#spec'
import { durationText } from '../explain/duration-text.ts'
import type { WindowShape } from '../types.ts'
import type { Problems } from './context.ts'

/** More windows per record than this are a mistake in a unit: each is a row per group. */
const MOST_WINDOWS = 1_000

/** Resolves how a window table cuts event time. Problem: plan/bad-slide. */
export function resolveWindowShape({ tumbling, sliding, slide, session }: WindowNode, problems: Problems): WindowShape {
  if (session !== undefined) return { kind: 'session', gapMs: session.value }
  if (sliding === undefined || slide === undefined) return { kind: 'tumbling', sizeMs: tumbling?.value ?? 1 }
  const [sizeMs, slideMs] = [sliding.value, slide.value]
  const detail = slideDetail(sizeMs, slideMs)
  if (detail !== undefined)
    problems.add('plan/bad-slide', { size: durationText(sizeMs), slide: durationText(slideMs), detail }, slide)
  return { kind: 'sliding', sizeMs, slideMs }
}

function slideDetail(sizeMs: number, slideMs: number): string | undefined {
  if (slideMs >= sizeMs) return 'the windows do not overlap'
  if (sizeMs % slideMs !== 0) return 'the length is no multiple of it'
  const windows = sizeMs / slideMs
  return windows > MOST_WINDOWS
    ? `a record would be in ${windows} windows, and ${MOST_WINDOWS} are the most`
    : undefined
}
