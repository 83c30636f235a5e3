// npm's Hawk libraries: `client` sends signed requests to the sandbox and checks its answers,
// `server` verifies the requests of this project's signer and signs the answers.
const http = require('http')
const [, , library, role, url, id, key, ext] = process.argv
const hawk = require(library)
const credentials = {id, key, algorithm: 'sha256'}

const paths = ['/v2/agents', '/v2/a%2Fb', '/v2/a%2fb', '/v2/%C3%BC', '/v2/a;b=c', '/v2//double', '/v2/100%25', '/v2/plus+plus', '/v2/a$b', '/v2/~tilde']
const queries = ['', '?status=online', '?a=1&a=2', '?q=%20', '?q=+', '?x=%2F', '?b=2&a=1', '?e=']
const bodies = [null, '', '{"a": 1}', 'text', 'ü'.repeat(50)]

async function client() {
  let parsed = 0
  const failed = []
  for (const path of paths) for (const query of queries) for (const body of bodies) {
    const target = url + path + query
    const options = {credentials, ext, ...(body === null ? {} : {payload: body, contentType: 'application/json'})}
    const {header, artifacts} = hawk.client.header(target, 'POST', options)
    const headers = {authorization: header, ...(body === null ? {} : {'content-type': 'application/json'})}
    try {
      const res = await new Promise((resolve, reject) => {
        const r = http.request(target, {method: 'POST', headers}, s => {
          const parts = []
          s.on('data', d => parts.push(d)).on('end', () => resolve({s, text: Buffer.concat(parts).toString()}))
        })
        r.on('error', reject)
        r.end(body ?? undefined)
      })
      if (res.s.statusCode === 401) throw new Error('401 ' + res.text.trim())
      await hawk.client.authenticate(res.s, credentials, artifacts, {payload: res.text, required: true})
      parsed++
    } catch (e) {
      failed.push(`${path}${query}: ${e.message}`)
    }
  }
  console.log(JSON.stringify({parsed, failed}))
}

function server() {
  const s = http.createServer(async (req, res) => {
    const parts = []
    for await (const d of req) parts.push(d)
    const payload = Buffer.concat(parts).toString()
    const lookup = async name => (name === id ? credentials : null)
    try {
      const options = payload ? {payload} : {} // a request without a body has no hash
      const {artifacts} = await hawk.server.authenticate(req, lookup, options)
      const body = '{"ok": true}'
      res.setHeader('Content-Type', 'application/json')
      res.setHeader('Server-Authorization', hawk.server.header(credentials, artifacts, {payload: body, contentType: 'application/json'}))
      res.end(body)
    } catch (e) {
      res.statusCode = 401
      res.end(String(e.message))
    }
  })
  s.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${s.address().port}`))
}

role === 'server' ? server() : client()
