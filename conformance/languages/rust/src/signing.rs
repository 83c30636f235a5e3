//! The credentials of each API, as a middleware of reqwest that signs a request as it is sent.
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Request, Response, Url, header::HeaderValue};
use reqwest_middleware::{Middleware, Next, Result};
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};

pub enum Credentials {
    /// Headers that are sent as they are.
    Headers(Vec<(&'static str, String)>),
    ThreatConnect {
        access_id: String,
        secret_key: String,
    },
    Hawk {
        id: String,
        key: String,
        ext: String,
    },
}

pub fn basic(user: &str, password: &str) -> Credentials {
    Credentials::Headers(vec![("Authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))])
}

fn mac(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length will do");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

impl Credentials {
    pub fn sign(&self, method: &str, url: &Url, body: Option<(&str, &[u8])>, time: u64, nonce: &str) -> Vec<(&'static str, String)> {
        let line = url.path().to_owned() + &url.query().map(|q| format!("?{q}")).unwrap_or_default();
        match self {
            Self::Headers(headers) => headers.clone(),
            Self::ThreatConnect { access_id, secret_key } => {
                let signature = mac(secret_key, &format!("{line}:{method}:{time}"));
                vec![("Timestamp", time.to_string()), ("Authorization", format!("TC {access_id}:{signature}"))]
            }
            Self::Hawk { id, key, ext } => {
                let hash = body.map_or(String::new(), |(media, body)| {
                    let media = media.split(';').next().unwrap_or_default().trim().to_lowercase();
                    STANDARD.encode(Sha256::digest([format!("hawk.1.payload\n{media}\n").as_bytes(), body, b"\n"].concat()))
                });
                let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
                let mac = mac(key, &format!("hawk.1.header\n{time}\n{nonce}\n{method}\n{line}\n{host}\n{port}\n{hash}\n{ext}\n"));
                let optional = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!(", {name}=\"{value}\"") };
                let (hash, ext) = (optional("hash", &hash), optional("ext", ext));
                vec![("Authorization", format!("Hawk id=\"{id}\", ts=\"{time}\", nonce=\"{nonce}\"{hash}{ext}, mac=\"{mac}\""))]
            }
        }
    }
}

#[async_trait::async_trait]
impl Middleware for Credentials {
    async fn handle(&self, mut request: Request, extensions: &mut http::Extensions, next: Next<'_>) -> Result<Response> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
        let media = request.headers().get("Content-Type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let body = request.body().and_then(|b| b.as_bytes()).map(|b| (media, b));
        for (name, value) in self.sign(request.method().as_str(), request.url(), body, now.as_secs(), &now.as_nanos().to_string()) {
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(reqwest_middleware::Error::middleware)?;
            request.headers_mut().insert(name, value);
        }
        next.run(request, extensions).await
    }
}
