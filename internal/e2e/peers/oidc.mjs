// A sign-in server that takes the standard at its word: oidc-provider, with PKCE
// required, refresh tokens that rotate, and an alarm when a spent one comes back.
//
//   node oidc.mjs PORT        ISSUER, REDIRECTS (one a line), CLIENT_ID, CLIENT_SECRET

import { createRequire } from 'node:module';
import Provider from 'oidc-provider';

const { version } = createRequire(import.meta.url)('oidc-provider/package.json');

const provider = new Provider(process.env.ISSUER, {
  clients: [{
    client_id: process.env.CLIENT_ID,
    client_secret: process.env.CLIENT_SECRET,
    application_type: 'native', // http redirects to this computer
    redirect_uris: process.env.REDIRECTS.split('\n'),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_post',
  }],
  scopes: ['openid', 'offline_access', 'all'],
  routes: { authorization: '/oauth/authorize', token: '/oauth/token', revocation: '/oauth/revoke' },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  expiresWithSession: async () => false,
  ttl: { AccessToken: Number(process.env.TOKEN_LIFE ?? 7200), Grant: 86400, RefreshToken: 86400, Session: 3600, Interaction: 600 },
  cookies: { keys: ['of the test'] },
});
provider.proxy = true;

// Hover's documents know no scope; this server wants one.
provider.use(async (ctx, next) => {
  if (ctx.path === '/oauth/authorize' && ctx.method === 'GET' && !ctx.query.scope) ctx.query = { ...ctx.query, scope: 'openid all' };
  if (ctx.path === '/probe') {
    const token = (ctx.get('authorization') || '').replace(/^Bearer /, '');
    const found = token && await provider.AccessToken.find(token);
    ctx.body = { 'oidc-provider': version, alive: Boolean(found && found.isValid) };
    return;
  }
  await next();
  if (ctx.path === '/oauth/token' && ctx.status >= 400) console.error(ctx.status, JSON.stringify(ctx.body));
  if (ctx.path === '/oauth/token' && ctx.body?.access_token) ctx.body = { ...ctx.body, owner_id: 785, owner_type: 'orgs' };
});

for (const event of ['grant.revoked', 'refresh_token.consumed', 'revocation.error', 'server_error']) {
  provider.on(event, () => console.error(event));
}
provider.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listens'));
