import type { Ast, BinaryAst, LiteralAst } from './ast.ts'
import { nearestMatch } from '#diagnostics'
import { call, check } from './check-parts.ts'
import { checked, coerce, type Checked, type Context } from './checked.ts'
import { LONG, STRING, TIMESTAMP, typeText } from './data-type.ts'
import { problem } from './problem.ts'
import { DAY_UNITS, MAX_INTERVAL, TIME_UNITS } from './time-unit.ts'

export function isInterval(ast: Ast): ast is LiteralAst & { type: 'interval' } {
  return ast.kind === 'literal' && ast.type === 'interval'
}

/** Checks `time + interval '5' minute`, which is `date_add('minute', 5, time)`. */
export function checkInterval(
  ast: BinaryAst,
  interval: LiteralAst,
  operator: '+' | '-',
  context: Context,
): Checked | undefined {
  const base = check(ast.left, context)
  const [count = '', written = ''] = interval.text.split(' ')
  const unit = TIME_UNITS.find((each) => each === written || `${each}s` === written)
  if (unit === undefined) {
    const nearest = nearestMatch(written, TIME_UNITS) ?? 'minute'
    context.problems.push(
      problem(
        'plan/bad-literal',
        { text: interval.text, detail: `there is no unit \`${written}\`; \`${nearest}\` is one` },
        interval,
      ),
    )
    return undefined
  }
  if (!/^-?[0-9]{1,13}$/.test(count) || Math.abs(Number(count)) > MAX_INTERVAL) {
    const detail = `the count is a whole number of at most ${MAX_INTERVAL}, as in \`interval '5' ${unit}\``
    context.problems.push(problem('plan/bad-literal', { text: count, detail }, interval))
    return undefined
  }
  if (!base) return undefined
  const time = base.open === 'null' ? coerce(base, TIMESTAMP) : base
  const { kind } = time.expr.type
  if (kind !== 'timestamp' && !(kind === 'date' && DAY_UNITS.includes(unit))) {
    const expected =
      kind === 'date'
        ? `whole days next to a date, and \`${unit}\` is less`
        : 'a timestamp or a date next to an interval'
    context.problems.push(problem('plan/operand-type', { operator, expected, given: typeText(time.expr.type) }, base))
    return undefined
  }
  const amount = Number(count) * (operator === '-' ? -1 : 1)
  const args = [
    checked(interval, { kind: 'literal', value: unit, type: STRING, nullable: false }),
    checked(interval, { kind: 'literal', value: String(amount), type: LONG, nullable: false }),
    time,
  ]
  return call(ast, 'date_add', args, time.expr.type)
}
