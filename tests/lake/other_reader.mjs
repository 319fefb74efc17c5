// SPDX-License-Identifier: Apache-2.0
//
// Prints the events of Parquet files as JSON lines, read by hyparquet, which shares no code with
// DuckDB.
//
//   node other_reader.mjs MODULES FILE...
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [modules, ...paths] = process.argv.slice(2)
const { parquetReadObjects } = await import(pathToFileURL(`${modules}/hyparquet/src/node.js`))
const { decompress } = await import(pathToFileURL(`${modules}/fzstd/esm/index.mjs`))

const compressors = { ZSTD: (packed, size) => decompress(packed, new Uint8Array(size)) }
for (const path of paths) {
  const bytes = readFileSync(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  for (const row of await parquetReadObjects({ file, compressors })) {
    console.log(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? value.toString() : value)))
  }
}
