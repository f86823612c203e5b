// Shapes file as argument, data files on standard input one a line; each report as N-Quads, then a line "." and microseconds.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { DataFactory, Parser, Store, Writer } from 'n3'
import { Validator } from 'shacl-engine'
import { targetResolvers, validations } from 'shacl-engine/sparql.js'

const load = (file) => new Store(new Parser({ blankNodePrefix: '_:' }).parse(readFileSync(file, 'utf8')))
const factory = { ...DataFactory, dataset: (quads) => new Store([...(quads ?? [])]) }
const validator = new Validator(load(process.argv[2]), { factory, targetResolvers, validations })

for await (const file of createInterface({ input: process.stdin })) {
  const dataset = load(file)
  const start = process.hrtime.bigint()
  const report = await validator.validate({ dataset })
  const spent = (process.hrtime.bigint() - start) / 1000n
  const writer = new Writer({ format: 'N-Triples' })
  writer.addQuads([...report.dataset])
  await new Promise((resolve) => writer.end((_, text) => process.stdout.write(`${text}. ${spent}\n`, resolve)))
}
