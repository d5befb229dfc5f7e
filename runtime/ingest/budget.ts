/** The bytes that one request holds. */
export interface Hold {
  /** Holds so many bytes more; false, and nothing is held more, when that would be too much. */
  take(bytes: number): boolean
  /** Gives back all. */
  release(): void
}

export interface Budget {
  /** A hold of nothing yet. */
  open(tenant: string): Hold
  readonly bytes: number
}

/** Bounds the bytes in memory: of all tenants, and of each, so that one of them cannot take the room of the others. */
export function createBudget(limits: { readonly total: number; readonly perTenant: number }): Budget {
  const byTenant = new Map<string, number>()
  let total = 0
  return {
    get bytes() {
      return total
    },
    open(tenant) {
      let held = 0
      const add = (bytes: number): void => {
        const left = (byTenant.get(tenant) ?? 0) + bytes
        if (left === 0) byTenant.delete(tenant)
        else byTenant.set(tenant, left)
        total += bytes
        held += bytes
      }
      return {
        take(bytes) {
          const fits = total + bytes <= limits.total && (byTenant.get(tenant) ?? 0) + bytes <= limits.perTenant
          if (fits) add(bytes)
          return fits
        },
        release: () => add(-held),
      }
    },
  }
}
