/** Binding powers, loosest first: SQL's order. */
export const POWER = {
  or: 10,
  and: 20,
  not: 30,
  is: 40,
  compare: 50,
  range: 60,
  concat: 70,
  add: 80,
  multiply: 90,
  negate: 100,
  cast: 110,
}
