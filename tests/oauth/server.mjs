// A real OAuth 2.0 server for tests/tests/oauth.rs, on a free loopback port.
//
// Its one client may use the client credentials grant and nothing else. Access tokens are signed JWTs that live for
// LIFETIME seconds. Once it listens, it prints its address as the one line on standard output.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { CLIENT_ID, CLIENT_SECRET, LIFETIME, AUDIENCE, SCOPES } = process.env;

// The issuer is the server's own address, so that the port has to be known before the provider is made.
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
        scope: SCOPES,
      },
    ],
    scopes: SCOPES.split(' '),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      // Tokens for a resource are JWTs; others would be opaque. The client names no resource, hence a default one.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: () => ({
          scope: SCOPES,
          audience: AUDIENCE,
          accessTokenTTL: Number(LIFETIME),
          accessTokenFormat: 'jwt',
        }),
      },
    },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});

// The test holds the other end: when it ends, however it ends, so does this.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
