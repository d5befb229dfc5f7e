import { describe, expect, it } from 'vitest'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { CONTRACT, openIngestBed, reading } from '../support/ingest.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

interface Operation {
  readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<Record<string, object>>
}

async function documentOf(url: string, token?: string): Promise<Document> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(`${url}/v1/openapi.json`, { headers })
  expect(response.status).toBe(200)
  return (await response.json()) as Document
}

/** Every `$ref` of a document with its own target. */
function dangling(document: object): string[] {
  const found: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('$ref' in value && typeof value.$ref === 'string') {
      const target = value.$ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
      if (target === undefined) found.push(value.$ref)
    }
    Object.values(value).forEach(visit)
  }
  visit(document)
  return found
}

describe('the OpenAPI document', () => {
  it('without a token is the general form and names no topic', async () => {
    const bed = await openIngestBed()
    const document = await documentOf(bed.server.url)
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual(['/v1/{tenant}/{topic}', '/healthz', '/readyz', '/v1/openapi.json'])
    expect(JSON.stringify(document)).not.toMatch(/acme|globex|readings/)
    expect(dangling(document)).toEqual([])
  })

  it('with a token has a path for each topic that it allows, whose body is the contract', async () => {
    const bed = await openIngestBed()
    const document = await documentOf(bed.server.url, await bed.token({ topics: ['readings'] }))
    expect(Object.keys(document.paths)[0]).toBe('/v1/acme/readings')
    expect(JSON.stringify(document)).not.toMatch(/globex|limits/)
    const body = document.paths['/v1/acme/readings']?.['post']?.requestBody.content['application/json']?.schema
    expect(body).toMatchObject(CONTRACT)
  })

  it('its schemas are schemas, and describe what is answered', async () => {
    const bed = await openIngestBed()
    const { components, paths } = await documentOf(bed.server.url)
    const ajv = new Ajv2020({ strict: false })
    ajv.addSchema({ $id: 'https://ingest/api', components })
    const good = await bed.post(reading(1))
    const bad = await bed.post('{}')
    for (const [name, answer] of [
      ['Stored', good],
      ['Problem', bad],
    ] as const) {
      const validate = ajv.compile({ $ref: `https://ingest/api#/components/schemas/${name}` })
      expect(validate(answer.body), JSON.stringify(validate.errors)).toBe(true)
      const responses = paths['/v1/{tenant}/{topic}']?.['post']?.responses ?? {}
      expect(Object.keys(responses)).toContain(String(answer.status))
    }
  })
})
