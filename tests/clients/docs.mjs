// Runs the shell blocks of the README and the docs against a demo server, and compares the answers shown.
//
// A ```sh block is run as it is written. A ```json block right after it must be what the sh block prints, line by
// line. The only change is the server's address, and each password in place of "the password that the demo printed".
//
// usage: docs.mjs PROGRAM
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const pages = [
  ['README.md', '## Tour', '## Run it for real'],
  ['docs/using-the-api.md'],
  ['docs/public-pages.md'],
  ['docs/exports.md'],
  ['docs/importing.md'],
]
const program = process.argv[2]
if (!program) throw new Error('usage: docs.mjs PROGRAM')

/** The fenced blocks of a Markdown text: their language, their text, and the line on which they begin. */
function blocksOf(markdown, from, to) {
  const blocks = []
  let block
  let inside = from === undefined
  markdown.split('\n').forEach((line, index) => {
    if (line === from) inside = true
    if (line === to) inside = false
    const fence = /^```(\w*)$/.exec(line)
    if (block && fence) block = undefined
    else if (block) block.text += `${line}\n`
    else if (fence) {
      block = { language: fence[1], text: '', line: index + 1 }
      if (inside) blocks.push(block)
    }
  })
  return blocks
}

/** Starts a demo; gives its process, address and passwords by e-mail address. */
async function startDemo(folder) {
  const server = spawn(program, ['demo', '--database-url', `sqlite://${folder}/demo.db`, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const passwords = {}
  let address
  for await (const line of createInterface({ input: server.stdout })) {
    address ??= /(http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
    const account = /([a-z]+@sahel-desk\.example)\s+(\S+)/.exec(line)
    if (account) passwords[account[1]] = account[2]
    if (line.includes('Ctrl-C')) return { server, address, passwords }
  }
  throw new Error('the demo ended before it was ready')
}

/** The text of a block, to be run against this demo. */
function prepared(text, { address, passwords }) {
  const own = text.replace(/^url=.*/m, `url=${address}/graphql`).replaceAll('sqlite://claimspan-demo.db', 'sqlite://demo.db')
  const lines = own.split('\n')
  let email
  return lines
    .map((line) => {
      email = /([a-z]+@sahel-desk\.example)/.exec(line)?.[1] ?? email
      return line.replace('the password that the demo printed', passwords[email])
    })
    .join('\n')
}

const folder = mkdtempSync(join(tmpdir(), 'claimspan-docs-'))
let demo
let failed = false
try {
  demo = await startDemo(folder)
  for (const [page, from, to] of pages) {
    const blocks = blocksOf(readFileSync(page, 'utf8'), from, to)
    const runs = blocks.filter(({ language }) => language === 'sh')
    if (runs.length === 0) throw new Error(`${page} has no block to run`)
    const mark = (index) => `@@ end of block ${index} @@`
    const script = runs.map(({ text }, index) => `${prepared(text, demo)}\necho '${mark(index)}'\n`).join('')
    writeFileSync(join(folder, 'script'), `set -euo pipefail\ncd '${folder}'\nclaimspan() { '${resolve(program)}' "$@"; }\n${script}`)
    const { stdout, stderr, status } = spawnSync('bash', [join(folder, 'script')], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${page}: the shell ended with ${status}\n${stdout}\n${stderr}`)
    let rest = stdout
    let compared = 0
    runs.forEach((run, index) => {
      const [printed, after] = rest.split(`${mark(index)}\n`)
      rest = after
      const shown = blocks[blocks.indexOf(run) + 1]
      if (shown?.language !== 'json') return
      compared += 1
      if (shown.text.trimEnd() !== printed.trimEnd()) {
        failed = true
        console.error(`${page}, line ${shown.line}: this is not what the block above prints. It prints:\n${printed}`)
      }
    })
    console.log(`${page}: ran ${runs.length} blocks, compared ${compared} answers`)
  }
} finally {
  demo?.server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)
