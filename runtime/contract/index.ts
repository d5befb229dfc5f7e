export type { Contract, ObjectCheck, PropertyCheck, ValueCheck } from './contract.ts'
export type { DataType, Field } from './types.ts'
