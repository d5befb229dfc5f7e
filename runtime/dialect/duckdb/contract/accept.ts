import { isObject, type Node, type ObjectNode } from './leaf.ts'
import { checksSql } from './value.ts'

/** The condition that every value of the record, being there, satisfies its own checks, and the required ones are there. */
export function valuesSql(root: ObjectNode): string {
  const conditions = objectChecks(root)
  // Without a required value, an empty object looks like a value of another type: the reference tells them apart.
  return [...conditions, ...somethingThere(root)].join(' and ')
}

function objectChecks(node: ObjectNode): string[] {
  return node.nodes.map((each) => nodeCheck(each))
}

function nodeCheck(node: Node): string {
  const conditions = isObject(node) ? [...objectChecks(node), ...somethingThere(node)] : checksSql(node)
  const nullable = isObject(node) ? node.nullable : node.check.nullable
  const holds = [...(node.required && !nullable ? [`${node.text} is not null`] : []), ...conditions].join(' and ')
  return node.required && !nullable ? holds : `(${node.text} is null or (${holds}))`
}

function somethingThere(node: ObjectNode): string[] {
  const certain = node.nodes.some((each) => each.required && !(isObject(each) ? each.nullable : each.check.nullable))
  return certain ? [] : [`(${node.nodes.map((each) => `${each.text} is not null`).join(' or ')})`]
}
