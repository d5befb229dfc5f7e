/** A stretch of an expression's text, in UTF-16 units; `end` is the first one after it. */
export interface Range {
  readonly start: number
  readonly end: number
}

export interface Word extends Range {
  readonly text: string
}

/** The parsed form of an expression: what was written, before names and types. */
export type Ast =
  | LiteralAst
  | NameAst
  | UnaryAst
  | BinaryAst
  | TestAst
  | BetweenAst
  | InAst
  | LikeAst
  | CallAst
  | CaseAst
  | CastAst
  | IndexAst
  | FieldAst

/** `text` is the value as written, unquoted; an interval's is `<count> <unit>`. */
export interface LiteralAst extends Range {
  readonly kind: 'literal'
  readonly type: 'integer' | 'point' | 'exponent' | 'string' | 'boolean' | 'null' | 'date' | 'timestamp' | 'interval'
  readonly text: string
}

/** A dotted name: a column, then struct fields. */
export interface NameAst extends Range {
  readonly kind: 'name'
  readonly parts: readonly Word[]
}

export interface UnaryAst extends Range {
  readonly kind: 'unary'
  readonly operator: '-' | 'not'
  readonly arg: Ast
}

export type BinaryOperator =
  | 'or'
  | 'and'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '||'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | 'is distinct from'
  | 'is not distinct from'

export interface BinaryAst extends Range {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Ast
  readonly right: Ast
}

/** `x is [not] null | true | false`. */
export interface TestAst extends Range {
  readonly kind: 'test'
  readonly arg: Ast
  readonly test: 'null' | 'true' | 'false'
  readonly negated: boolean
}

export interface BetweenAst extends Range {
  readonly kind: 'between'
  readonly arg: Ast
  readonly low: Ast
  readonly high: Ast
  readonly negated: boolean
}

export interface InAst extends Range {
  readonly kind: 'in'
  readonly arg: Ast
  readonly items: readonly Ast[]
  readonly negated: boolean
}

export interface LikeAst extends Range {
  readonly kind: 'like'
  readonly arg: Ast
  readonly pattern: Ast
  readonly escape?: Ast
  readonly negated: boolean
}

export interface CallAst extends Range {
  readonly kind: 'call'
  readonly name: Word
  readonly args: readonly Ast[]
  /** `count(*)`. */
  readonly star: boolean
  readonly distinct: boolean
  readonly filter?: Ast
}

export interface CaseAst extends Range {
  readonly kind: 'case'
  readonly operand?: Ast
  readonly whens: readonly { readonly when: Ast; readonly then: Ast }[]
  readonly otherwise?: Ast
}

export interface CastAst extends Range {
  readonly kind: 'cast'
  readonly arg: Ast
  readonly type: TypeAst
}

/** A type as written: `decimal(10, 2)` is name `decimal` with numbers 10 and 2. */
export interface TypeAst extends Range {
  readonly name: string
  readonly numbers: readonly number[]
}

export interface IndexAst extends Range {
  readonly kind: 'index'
  readonly arg: Ast
  readonly index: Ast
}

/** A struct field of a value that is not a plain column: `disks[1].size`. */
export interface FieldAst extends Range {
  readonly kind: 'field'
  readonly arg: Ast
  readonly field: Word
}

/** The expressions directly inside `ast`, in the order they are written. */
export function children(ast: Ast): readonly Ast[] {
  switch (ast.kind) {
    case 'literal':
    case 'name':
      return []
    case 'unary':
    case 'test':
    case 'cast':
    case 'field':
      return [ast.arg]
    case 'binary':
      return [ast.left, ast.right]
    case 'between':
      return [ast.arg, ast.low, ast.high]
    case 'in':
      return [ast.arg, ...ast.items]
    case 'like':
      return [ast.arg, ast.pattern, ...present(ast.escape)]
    case 'index':
      return [ast.arg, ast.index]
    case 'call':
      return [...ast.args, ...present(ast.filter)]
    case 'case':
      return [
        ...present(ast.operand),
        ...ast.whens.flatMap(({ when, then }) => [when, then]),
        ...present(ast.otherwise),
      ]
  }
}

function present(ast: Ast | undefined): readonly Ast[] {
  return ast ? [ast] : []
}
