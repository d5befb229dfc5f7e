import { stringify } from 'yaml'

/** A value of an object. */
export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json }

/** An object of the Kubernetes API, before it is text. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: Json
}

const HEADER = '# Written by `smelt render k8s`: change what it is made of, not this file.\n'

/** One file of objects, each as a YAML document. */
export function objectsText(objects: readonly Json[]): string {
  return HEADER + objects.map((each) => stringify(each, { lineWidth: 0 })).join('---\n')
}
