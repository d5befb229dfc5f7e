import type { CheckPlan, GoldPlan, Plan, SilverPlan, SourcePlan } from './types.ts'

/**
 * Names of what a plan does, the same wherever operators are named: `source.inventory/contract`,
 * `silver.devices/dedupe`, `gold.fleet_health/window`. The part before the slash is the source or table they serve.
 */
export const operatorId = {
  contract: (source: Pick<SourcePlan, 'name'>): string => `source.${source.name}/contract`,
  eventTime: (source: Pick<SourcePlan, 'name'>): string => `source.${source.name}/event-time`,
  bronze: (source: Pick<SourcePlan, 'name'>): string => `bronze.${source.name}/append`,
  columns: (table: Pick<SilverPlan, 'table'>): string => `silver.${table.table.name}/columns`,
  lookup: (table: Pick<SilverPlan, 'table'>, reference: string): string =>
    `silver.${table.table.name}/lookup.${reference}`,
  where: (table: Pick<SilverPlan | GoldPlan, 'table'>): string => `${table.table.layer}.${table.table.name}/where`,
  check: (table: Pick<SilverPlan, 'table'>, check: Pick<CheckPlan, 'name'>): string =>
    `silver.${table.table.name}/check.${check.name}`,
  dedupe: (table: Pick<SilverPlan, 'table'>): string => `silver.${table.table.name}/dedupe`,
  window: (table: Pick<GoldPlan, 'table'>): string => `gold.${table.table.name}/window`,
  versions: (source: Pick<SourcePlan, 'name'>): string => `source.${source.name}/versions`,
  'as-of': (table: Pick<GoldPlan, 'table'>): string => `gold.${table.table.name}/as-of`,
  alert: (table: Pick<GoldPlan, 'table'>): string => `gold.${table.table.name}/alert`,
  interval: (table: Pick<GoldPlan, 'table'>): string => `gold.${table.table.name}/interval`,
  latest: (table: Pick<GoldPlan, 'table'>): string => `gold.${table.table.name}/latest`,
  quarantine: (plan: Pick<Plan, 'pipeline'>): string => `quarantine.${plan.pipeline}/append`,
  reference: (name: string): string => `reference.${name}/load`,
} as const
