/** A small pipeline: one source, one silver table, a window. `settings` are lines of the pipeline, `silver` fields of its table. */
export function ordersPipeline({ settings = '', silver = '' } = {}): string {
  return `smelt: 1
name: orders
${settings}
sources:
  orders: { topic: orders, contract: contracts/orders.schema.json, event_time: at }
silver:
  orders: { from: orders${silver === '' ? '' : `, ${silver}`} }
gold:
  totals: { from: orders, window: { tumbling: 1h }, measures: { total: sum(amount) } }
`
}

/** Orders are refused whose amount is not positive, and that stops the pipeline. */
export const STOPS_AT_NEGATIVE = 'checks: { positive: { check: amount > 0, on_fail: fail } }'

export const ORDERS_CONTRACT = JSON.stringify({
  type: 'object',
  additionalProperties: false,
  required: ['id', 'amount', 'at'],
  properties: {
    id: { type: 'string' },
    amount: { type: 'number' },
    at: { type: 'string', format: 'date-time' },
  },
})

/** One order as its producer writes it, so many minutes after ten o'clock. */
export function order(minute: number, amount = 1): string {
  const at = new Date(Date.UTC(2026, 0, 5, 10, minute)).toISOString()
  return JSON.stringify({ id: `order-${minute}`, amount, at })
}
