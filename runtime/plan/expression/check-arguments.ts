import type { FunctionSpec, Parameter } from '../functions/definition.ts'
import { literalText } from '../functions/definition.ts'
import type { CallAst } from './ast.ts'
import { coerce, commonType, literalAs, type Checked, type Context, decimalLiteral } from './checked.ts'
import { DOUBLE, typeText } from './data-type.ts'
import type { DataType } from '#contract'
import { problem } from './problem.ts'

type Signature = Pick<FunctionSpec, 'name' | 'parameters'>

/** The arguments with the types the parameters ask for, by widening alone; undefined after a problem. */
export function fitArguments(
  ast: CallAst,
  spec: Signature,
  args: readonly (Checked | undefined)[],
  context: Context,
): readonly Checked[] | undefined {
  const expected = expectedCount(spec.parameters, args.length)
  if (expected !== undefined) {
    context.problems.push(problem('plan/argument-count', { fn: spec.name, expected, given: args.length }, ast))
    return undefined
  }
  const fitted = args.map((arg, index) => arg && fit(arg, index, spec, args, context))
  const known = fitted.filter((arg) => arg !== undefined)
  return known.length < args.length ? undefined : unifySame(spec, known, context)
}

function expectedCount(parameters: readonly Parameter[], given: number): string | undefined {
  const least = parameters.filter((each) => !each.optional).length
  const most = parameters.at(-1)?.repeated ? Infinity : parameters.length
  if (given >= least && given <= most) return undefined
  if (most === Infinity) return `at least ${least}`
  return least === most ? String(least) : `${least} to ${most}`
}

function fit(
  arg: Checked,
  index: number,
  spec: Signature,
  args: readonly (Checked | undefined)[],
  context: Context,
): Checked | undefined {
  const parameter = parameterAt(spec, index)
  if (!parameter) return undefined
  const typed = parameter.element ? asElement(arg, args[0]) : asParameter(arg, parameter)
  if (!typed) {
    const given = arg.open === 'null' ? 'null' : typeText(arg.expr.type)
    const expected = parameter.element ? elementText(args[0]) : kindsText(parameter.kinds)
    context.problems.push(
      problem('plan/argument-type', { fn: spec.name, argument: parameter.name, expected, given }, arg),
    )
    return undefined
  }
  if (!parameter.literal) return typed
  const value = literalText(typed.expr)
  const detail = value === undefined ? 'must be a literal' : parameter.literal(value)
  if (detail === undefined) return typed
  context.problems.push(problem('plan/argument-value', { fn: spec.name, argument: parameter.name, detail }, arg))
  return undefined
}

/** Undefined when the argument is of no kind that the parameter takes. A null without a type takes the first kind. */
function asParameter(arg: Checked, { kinds, same }: Parameter): Checked | undefined {
  const { kind } = arg.expr.type
  if (arg.open === 'null') return same ? arg : typeOfKind(kinds[0]) && coerce(arg, typeOfKind(kinds[0]) ?? DOUBLE)
  if (arg.open && kind === 'double' && kinds.includes('decimal') && !kinds.includes('double')) {
    const literal = decimalLiteral(arg.open.digits)
    return literal && { ...arg, expr: literal }
  }
  if (kinds.includes(kind)) return arg
  if (arg.open && kinds.includes('double') && literalAs(arg.open.digits, DOUBLE)) return coerce(arg, DOUBLE)
  return kind === 'long' && kinds.includes('double') ? coerce(arg, DOUBLE) : undefined
}

function typeOfKind(kind: DataType['kind'] | undefined): DataType | undefined {
  if (kind === undefined || kind === 'list' || kind === 'struct') return undefined
  return kind === 'decimal' ? { kind, precision: 1, scale: 0 } : { kind }
}

function asElement(arg: Checked, list: Checked | undefined): Checked | undefined {
  if (list?.expr.type.kind !== 'list') return arg
  const { type } = list.expr.type.element
  const common = commonType([{ ...list, expr: { kind: 'literal', value: null, type, nullable: true } }, arg])
  return common && 'type' in common && typeText(common.type) === typeText(type) ? coerce(arg, type) : undefined
}

function unifySame(spec: Signature, args: readonly Checked[], context: Context): readonly Checked[] | undefined {
  const same = args.filter((_, index) => parameterAt(spec, index)?.same)
  if (same.length === 0) return args
  const common = commonType(same)
  if (!common) {
    for (const arg of same.slice(0, 1)) context.problems.push(problem('plan/untyped-null', {}, arg))
    return undefined
  }
  if ('misfit' in common) {
    const types = { left: typeText(common.before), right: typeText(common.misfit.expr.type) }
    context.problems.push(problem('plan/unlike-types', { operator: spec.name, ...types }, common.misfit))
    return undefined
  }
  return args.map((arg, index) => (parameterAt(spec, index)?.same ? coerce(arg, common.type) : arg))
}

function parameterAt({ parameters }: Signature, index: number): Parameter | undefined {
  const last = parameters.at(-1)
  return parameters[index] ?? (last?.repeated ? last : undefined)
}

function elementText(list: Checked | undefined): string {
  return list?.expr.type.kind === 'list' ? typeText(list.expr.type.element.type) : 'an element'
}

function kindsText(kinds: readonly DataType['kind'][]): string {
  const words = kinds.map((kind) => (kind === 'struct' ? 'object' : kind))
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}
