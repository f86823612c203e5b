// Shapes file as argument, data files on standard input one a line; each result as N-Triples, then a line "." and microseconds.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import rdf from '@zazuko/env'
import { Parser } from 'n3'
import Validator from 'rdf-validate-shacl'

const sh = 'http://www.w3.org/ns/shacl#'
const load = (file) => rdf.dataset(new Parser({ blankNodePrefix: '_:' }).parse(readFileSync(file, 'utf8')))
const validator = new Validator(load(process.argv[2]), { factory: rdf })

for await (const file of createInterface({ input: process.stdin })) {
  const dataset = load(file)
  const start = process.hrtime.bigint()
  const report = await validator.validate(dataset)
  const spent = (process.hrtime.bigint() - start) / 1000n
  const lines = report.results.flatMap((result, number) => [
    `_:report <${sh}result> _:r${number} .`,
    `_:r${number} <${sh}sourceShape> <${result.sourceShape.value}> .`,
    `_:r${number} <${sh}focusNode> <${result.focusNode.value}> .`,
    `_:r${number} <${sh}resultSeverity> <${result.severity.value}> .`,
  ])
  process.stdout.write([...lines, `. ${spent}`, ''].join('\n'))
}
