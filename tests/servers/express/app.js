// SPDX-License-Identifier: Apache-2.0
// A small application with Express, passport-http and passport-http-bearer, in the way that their
// read-me files show (express.yaml). User name and password buy tokens that work for `ttl` seconds:
//   GET /account          Basic     who one is
//   POST /tokens          Basic     {"ttl": 60} → 201 {"id", "token", "expires_at"}
//   DELETE /tokens/ID     Bearer    ends that token
//   GET, POST /orders     Bearer    in the header, in ?access_token= or in a form (RFC 6750)
'use strict';
const { randomBytes } = require('node:crypto');
const express = require('express');
const passport = require('passport');
const { BasicStrategy } = require('passport-http');
const { Strategy: BearerStrategy } = require('passport-http-bearer');

const { EXPRESS_USER, EXPRESS_PASSWORD, PORT } = process.env;
const tokens = new Map(); // by token: { id, expires }
let issued = 0;

passport.use(new BasicStrategy({ realm: 'orders' }, (user, password, done) =>
  done(null, user === EXPRESS_USER && password === EXPRESS_PASSWORD && { user })));
passport.use(new BearerStrategy({ realm: 'orders' }, (token, done) => {
  const found = tokens.get(token);
  done(null, found && Date.now() < found.expires && { user: EXPRESS_USER });
}));
const basic = passport.authenticate('basic', { session: false });
const bearer = passport.authenticate('bearer', { session: false });

const app = express();
app.use(express.json(), express.urlencoded({ extended: false }));
app.get('/account', basic, (request, response) => response.json(request.user));
app.post('/tokens', basic, (request, response) => {
  const { ttl = 3600 } = request.body ?? {};
  if (typeof ttl !== 'number' || !(ttl > 0 && ttl < 1e9)) return response.sendStatus(400);
  const id = String(++issued);
  const token = randomBytes(24).toString('hex');
  const expires = Date.now() + 1000 * ttl;
  tokens.set(token, { id, expires });
  response.status(201).set('Cache-Control', 'no-store')
    .json({ id, token, expires_at: new Date(expires).toISOString() });
});
app.delete('/tokens/:id', bearer, (request, response) => {
  for (const [token, { id }] of tokens) if (id === request.params.id) tokens.delete(token);
  response.sendStatus(204);
});
app.get('/orders', bearer, (_, response) => response.json({ orders: [{ id: 1, total: 12 }] }));
app.post('/orders', bearer, (_, response) => response.status(201).json({ order: { id: 2, total: 7 } }));
app.listen(Number(PORT), '127.0.0.1');
