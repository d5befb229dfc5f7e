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
  // A leaf's checks are null, and so refuse, where its text is; an object needs to be there by itself.
  const there = isObject(node) ? [`${node.text} is not null`] : []
  return node.required && !nullable
    ? [...there, ...conditions].join(' and ')
    : `(${node.text} is null or (${conditions.join(' and ')}))`
}

function somethingThere(node: ObjectNode): string[] {
  const certain = node.nodes.some((each) => each.required && !(isObject(each) ? each.nullable : each.check.nullable))
  return certain ? [] : [`(${node.nodes.map((each) => `${each.text} is not null`).join(' or ')})`]
}
