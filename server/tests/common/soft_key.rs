//! An authenticator in software: what WebAuthn says of bytes, written without the library that the server uses.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use rcgen::{KeyPair, PublicKeyData, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody is there, their finger was looked at, and a credential comes along.
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const CREDENTIAL: u8 = 1 << 6;

/// One credential, and what its authenticator does wrong.
pub(crate) struct SoftKey {
    key: KeyPair,
    pub(crate) id: Vec<u8>,
    handle: Vec<u8>,
    secret: [u8; 32],
    /// How often it has signed; 0 stays 0.
    pub(crate) count: u32,
    /// The page that it answers.
    pub(crate) origin: String,
    /// Whom it takes the page for.
    pub(crate) rp_id: String,
    /// Whether it looks at fingers.
    pub(crate) verifies: bool,
    /// Whether it gives a key for the vault.
    pub(crate) gives_key: bool,
    /// What it signs instead of what it was asked.
    pub(crate) challenge: Option<String>,
    /// What it writes in the place of its public key.
    pub(crate) public: Option<Vec<u8>>,
}

impl SoftKey {
    /// One that does as it is asked by a page at this address.
    pub(crate) fn new(origin: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let id = Sha256::digest(key.der_bytes()).to_vec();
        let host = origin.split("://").nth(1).and_then(|rest| rest.split(':').next()).expect("a host");
        Self {
            secret: Sha256::digest(key.serialize_der()).into(),
            key,
            id,
            handle: Vec::new(),
            count: 0,
            origin: origin.to_owned(),
            rp_id: host.to_owned(),
            verifies: true,
            gives_key: true,
            challenge: None,
            public: None,
        }
    }

    /// The same once more, as whoever has stolen it has it.
    pub(crate) fn copy(&self) -> Self {
        let key = KeyPair::try_from(self.key.serialize_der()).expect("the same key");
        Self {
            key,
            id: self.id.clone(),
            handle: self.handle.clone(),
            origin: self.origin.clone(),
            rp_id: self.rp_id.clone(),
            challenge: self.challenge.clone(),
            public: self.public.clone(),
            ..*self
        }
    }

    /// One that calls itself the same, and has another key.
    pub(crate) fn forged(&self, origin: &str) -> Self {
        Self { id: self.id.clone(), handle: self.handle.clone(), ..Self::new(origin) }
    }

    /// Makes the credential that a ceremony asks for: the answer's body.
    pub(crate) fn make(&mut self, ceremony: &Value) -> Value {
        let user = ceremony["options"]["user"]["id"].as_str().expect("a user");
        self.handle = BASE64.decode(user).expect("base64url");
        let (client, mut data) = (self.client("webauthn.create", ceremony), self.data(CREDENTIAL));
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&self.public.clone().unwrap_or_else(|| self.cose()));
        let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..], &length(&data), &data].concat();
        let response = json!({"clientDataJSON": BASE64.encode(client), "attestationObject": BASE64.encode(object), "transports": ["internal"]});
        self.body(ceremony, response)
    }

    /// Signs what a ceremony asks: the answer's body.
    pub(crate) fn answer(&mut self, ceremony: &Value) -> Value {
        if self.count > 0 {
            self.count += 1;
        }
        let (client, data) = (self.client("webauthn.get", ceremony), self.data(0));
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&signed).expect("a signature");
        let response = json!({"clientDataJSON": BASE64.encode(client), "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signature), "userHandle": BASE64.encode(&self.handle)});
        self.body(ceremony, response)
    }

    /// What it gives for a salt.
    pub(crate) fn gives(&self, salt: &str) -> [u8; 32] {
        Sha256::new().chain_update(self.secret).chain_update(salt).finalize().into()
    }

    fn body(&self, ceremony: &Value, response: Value) -> Value {
        let id = BASE64.encode(&self.id);
        let credential =
            json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}});
        let salt = ceremony["prf_salt"].as_str().expect("a salt");
        let prf = self.gives_key.then(|| BASE64.encode(self.gives(salt)));
        json!({"ceremony": ceremony["ceremony"], "credential": credential, "prf": prf})
    }

    fn client(&self, what: &str, ceremony: &Value) -> Vec<u8> {
        let asked = ceremony["options"]["challenge"].as_str().expect("a challenge");
        let challenge = self.challenge.as_deref().unwrap_or(asked);
        json!({"type": what, "challenge": challenge, "origin": self.origin, "crossOrigin": false}).to_string().into()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let flags = flags | PRESENT | if self.verifies { VERIFIED } else { 0 };
        [&Sha256::digest(&self.rp_id)[..], &[flags], &self.count.to_be_bytes()].concat()
    }

    /// The public key as COSE writes one of P-256.
    fn cose(&self) -> Vec<u8> {
        let point = &self.key.der_bytes()[1..];
        let (x, y) = point.split_at(32);
        [&b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..], x, b"\x22\x58\x20", y].concat()
    }
}

fn length(data: &[u8]) -> [u8; 2] {
    u16::try_from(data.len()).expect("short").to_be_bytes()
}
