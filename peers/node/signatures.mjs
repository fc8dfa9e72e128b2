// Signs or verifies one HTTP request with an RFC 9421 library of other hands: JSON in, JSON out.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { text } from "node:stream/consumers";
import { createSignature, verifySignature } from "http-message-sig";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";

const given = JSON.parse(await text(process.stdin));
const body = Buffer.from(given.body, "base64");
const url = given.url;
const method = given.method;

const tools = {
  "http-message-signatures": {
    async sign(headers) {
      const { created, expires, nonce, keyid, tag } = given.parameters;
      const signed = await httpbis.signMessage(
        {
          key: createSigner(createPrivateKey(given.key), "ed25519", keyid),
          fields: given.covered,
          params: ["created", "keyid", "expires", "nonce", "tag", "alg"],
          paramValues: { created: new Date(created * 1000), expires: new Date(expires * 1000), nonce, tag },
        },
        { method, url, headers },
      );
      return signed.headers;
    },
    async verify(headers) {
      const key = createPublicKey(given.key);
      const held = await httpbis.verifyMessage(
        {
          keyLookup: async () => ({ verify: createVerifier(key, "ed25519") }),
          requiredFields: given.covered,
          requiredParams: ["created", "expires", "keyid", "nonce", "tag"],
          maxAge: 300,
        },
        { method, url, headers },
      );
      return held === true;
    },
  },
  "http-message-sig": {
    message: (headers) => ({
      kind: "request",
      method,
      targetUri: url,
      fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
    }),
    async sign(headers) {
      const key = createPrivateKey(given.key);
      const fields = await createSignature(this.message(headers), {
        label: "theirs",
        components: given.covered,
        parameters: { ...given.parameters, alg: "ed25519" },
        signer: { algorithm: "ed25519", sign: (data) => new Uint8Array(sign(null, data, key)) },
      });
      return { ...headers, signature: fields.signature, "signature-input": fields.signatureInput };
    },
    async verify(headers) {
      const key = createPublicKey(given.key);
      await verifySignature(this.message(headers), {
        policy: {
          algorithms: ["ed25519"],
          requiredComponents: given.covered,
          requiredParameters: ["created", "expires", "keyid", "nonce", "tag"],
          maxAge: 300,
          clockSkew: 5,
        },
        resolveVerifier: () => ({ algorithm: "ed25519", verify: (data, made) => verify(null, data, key, made) }),
      });
      return true;
    },
  },
};

const tool = tools[given.library];
let said;
if (given.doing === "sign") {
  const digest = `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
  said = { headers: await tool.sign({ ...given.headers, "content-digest": digest }) };
} else {
  try {
    said = { holds: await tool.verify(given.headers) };
  } catch (error) {
    said = { holds: false, why: String(error.message) };
  }
}
process.stdout.write(JSON.stringify(said));
