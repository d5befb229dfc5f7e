import { expect, it } from 'vitest'
import { contractPlace } from '../../../runtime/plan/explain/contract-place.ts'

const schema = {
  properties: {
    plain: { type: 'string' },
    'a/b~c': { type: 'string' },
    object: { type: 'object', properties: { inner: { type: 'string' } } },
    person: { $ref: '#/$defs/a~1b' },
    again: { $ref: '#/properties/person' },
    circle: { $ref: '#/properties/circle' },
  },
  $defs: { 'a/b': { type: 'object', properties: { name: { type: 'string' } } } },
}

it.each([
  [['plain'], '/properties/plain'],
  [['a/b~c'], '/properties/a~1b~0c'],
  [['object', 'inner'], '/properties/object/properties/inner'],
  [['person'], '/properties/person'],
  [['person', 'name'], '/$defs/a~1b/properties/name'],
  [['again', 'name'], '/$defs/a~1b/properties/name'],
  [['circle', 'x'], '/properties/circle/properties/x'],
])('%j is declared at %s', (path, place) => {
  expect(contractPlace({ schema }, path)).toBe(place)
})
