import { runSmelt } from './child.ts'

/** The address of somebody of whom the lake of acme holds something: who has most records there. */
export async function somebody(folder: string): Promise<string> {
  const sql = `select regexp_extract(text, '"user_email":"([^"]+)"', 1) as email, count(*) as n
    from (select try(decode(kafka_value)) as text from acme.bronze.inventory)
    where email <> '' group by all order by n desc, email limit 1`
  const { out, err } = await runSmelt(['query', sql, '--json'], { folder })
  const [row] = JSON.parse(out === '' ? '[]' : out) as { email: string }[]
  if (row === undefined) throw new Error(err)
  return row.email
}
