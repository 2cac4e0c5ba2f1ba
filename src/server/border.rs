//! The border of the service: a tower layer that every message from a client passes before it is understood.
//!
//! Invariant: behind it every URI is strict, and no panic of a handler gets past it to the loop that serves the
//! others. On the way out a document is called as its client calls it.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use futures::future::{BoxFuture, FutureExt};
use futures::stream::Stream;
use serde_json::Value;
use tower::{Layer, Service};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, Loopback};

use crate::server::backend::long_answers;
use crate::server::capabilities;
use crate::server::inlet::{INVALID, MALFORMED};
use crate::server::lifecycle::Ending;
use crate::server::log::{self, Timed};
use crate::server::outlet::{Json, Texts};
use crate::server::uri;

/// The keys whose value is the URI of a document or folder, in any message of the protocol.
const URI_KEYS: [&str; 7] = ["uri", "rootUri", "oldUri", "newUri", "targetUri", "baseUri", "scopeUri"];

/// How a client spells the URIs that had to be mended: strict text to the client's own.
#[derive(Clone, Default)]
pub struct Spellings(Arc<Mutex<HashMap<String, String>>>);

impl Spellings {
    /// Makes every URI in the parameters of a message strict. Those of documents are remembered while they are open.
    pub fn read(&self, method: &str, params: &mut Value) {
        let mut met = Vec::new();
        make_strict(params, &mut met);
        let mut spellings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match method {
            "textDocument/didOpen" => spellings.extend(met),
            "textDocument/didClose" => {
                spellings.retain(|strict, _| met.iter().all(|(closed, _)| closed != strict));
            }
            _ => {}
        }
    }

    /// Puts the client's own spelling back into what is sent to it.
    pub fn write(&self, message: &mut Value) {
        let spellings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !spellings.is_empty() {
            spell(message, &spellings);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// What a message to the client passes on its way out.
#[derive(Clone, Default)]
pub struct WayOut {
    /// The client's spellings.
    pub spellings: Spellings,
    /// What is JSON already.
    pub texts: Texts,
}

impl WayOut {
    /// Makes a result or parameters what the client is to get. `id` is that of the message.
    fn pass(&self, value: &mut Value, id: Option<&Id>) {
        if let Some(json) = Json::in_value(value) {
            // A message with a very long id is longer than those in which something stands for a text.
            let is_short = !matches!(id, Some(Id::String(id)) if id.len() > LONGEST_ID);
            if is_short && self.spellings.is_empty() {
                *value = self.texts.keep(json);
                return;
            }
            *value = json.parsed();
        }
        self.spellings.write(value);
    }
}

/// The longest id of a request, in bytes, whose answer may be a text.
const LONGEST_ID: usize = 256;

/// Mends the URIs under the keys for them, at any depth; `met` gets each mended one with its old text.
fn make_strict(value: &mut Value, met: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if URI_KEYS.contains(&key.as_str()) => {
                        if let Some(strict) = uri::strict(text) {
                            met.push((strict.clone(), std::mem::replace(text, strict)));
                        }
                    }
                    value => make_strict(value, met),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| make_strict(item, met)),
        _ => {}
    }
}

/// The way back. The keys of `changes` (of a workspace edit) and of `relatedDocuments` are URIs too.
fn spell(value: &mut Value, spellings: &HashMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match value {
                    Value::String(text) if URI_KEYS.contains(&key.as_str()) => {
                        if let Some(own) = spellings.get(text) {
                            own.clone_into(text);
                        }
                    }
                    Value::Object(by_uri) if key == "changes" || key == "relatedDocuments" => {
                        *by_uri = std::mem::take(by_uri)
                            .into_iter()
                            .map(|(uri, value)| (spellings.get(&uri).cloned().unwrap_or(uri), value))
                            .collect();
                    }
                    value => spell(value, spellings),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| spell(item, spellings)),
        _ => {}
    }
}

/// Lays a [`Border`] around a service.
pub struct BorderLayer {
    /// The way out of answers, shared with [`Outward`].
    pub way_out: WayOut,
    /// Told when the client says `exit`.
    pub ending: Ending,
}

impl<S> Layer<S> for BorderLayer {
    type Service = Border<S>;

    fn layer(&self, inner: S) -> Border<S> {
        Border { inner, way_out: self.way_out.clone(), ending: self.ending.clone() }
    }
}

/// The service that [`BorderLayer`] makes.
pub struct Border<S> {
    inner: S,
    way_out: WayOut,
    ending: Ending,
}

impl<S> Service<Request> for Border<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Error: Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Option<Response>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (method, id, mut params) = request.into_parts();
        if let Some(error) = refusal(&method) {
            return std::future::ready(Ok(Some(Response::from_error(id.unwrap_or(Id::Null), error)))).boxed();
        }
        if method == "exit" {
            self.ending.soon();
        }
        if let Some(params) = &mut params {
            self.way_out.spellings.read(&method, params);
            if method == "initialize" {
                capabilities::keep_understood(params);
            }
            if method == "workspace/didChangeWatchedFiles" && concerns_only_the_log(params) {
                return std::future::ready(Ok(None)).boxed();
            }
        }
        let timed = Timed::begin(&method, id.as_ref());
        let mut strict = Request::build(long_answers::served_as(&method).unwrap_or(&method).to_owned());
        if let Some(id) = id.clone() {
            strict = strict.id(id);
        }
        if let Some(params) = params {
            strict = strict.params(params);
        }
        let future = self.inner.call(strict.finish());
        let way_out = self.way_out.clone();
        let mut answer = async move {
            let answered = match AssertUnwindSafe(future).catch_unwind().await {
                Ok(Ok(Some(response))) => Ok(Some(passed(response, &way_out))),
                Ok(other) => other,
                Err(panic) => {
                    log::error(format_args!("{method} failed: {}", panic_text(panic.as_ref())));
                    Ok(id.map(|id| Response::from_error(id, Error::internal_error())))
                }
            };
            let error = answered.as_ref().ok().and_then(|answer| answer.as_ref()?.error());
            timed.done(error.map(|error| error.code.code()));
            answered
        }
        .boxed();
        // Begun here, in the order of the messages: an edit or a cancellation is done when the next message is read,
        // however many requests are under way.
        match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => std::future::ready(done).boxed(),
            Poll::Pending => answer,
        }
    }
}

/// Whether the files that changed are the log alone: to log that would change it again, for ever.
fn concerns_only_the_log(params: &Value) -> bool {
    let changes = params.get("changes").and_then(Value::as_array);
    changes.is_some_and(|changes| {
        !changes.is_empty()
            && changes.iter().all(|change| {
                let uri = change.get("uri").and_then(Value::as_str);
                uri.is_some_and(|uri| log::is_own(&uri::path_of_text(uri)))
            })
    })
}

/// The error for what [`crate::server::inlet`] put in place of a message that was none.
fn refusal(method: &str) -> Option<Error> {
    match method {
        MALFORMED => Some(Error::parse_error()),
        INVALID => Some(Error::new(ErrorCode::InvalidRequest)),
        _ => None,
    }
}

fn passed(response: Response, way_out: &WayOut) -> Response {
    let (id, result) = response.into_parts();
    let result = result.map(|mut value| {
        way_out.pass(&mut value, Some(&id));
        value
    });
    Response::from_parts(id, result)
}

/// What a panic said.
pub fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a message")
}

/// The messages that the server sends of its own accord, each with the client's spelling of URIs.
pub struct Outward {
    /// Where they come from.
    pub socket: ClientSocket,
    /// Their way out.
    pub way_out: WayOut,
}

impl Loopback for Outward {
    type RequestStream = OutwardStream<<ClientSocket as Loopback>::RequestStream>;
    type ResponseSink = <ClientSocket as Loopback>::ResponseSink;

    fn split(self) -> (Self::RequestStream, Self::ResponseSink) {
        let (requests, responses) = self.socket.split();
        (OutwardStream { requests, way_out: self.way_out }, responses)
    }
}

/// The stream of [`Outward`].
pub struct OutwardStream<S> {
    requests: S,
    way_out: WayOut,
}

impl<S: Stream<Item = Request> + Unpin> Stream for OutwardStream<S> {
    type Item = Request;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Request>> {
        let polled = Pin::new(&mut self.requests).poll_next(context);
        polled.map(|request| {
            let (method, id, params) = request?.into_parts();
            log::sent(&method, id.as_ref());
            let mut spelled = Request::build(method);
            if let Some(mut params) = params {
                self.way_out.pass(&mut params, id.as_ref());
                spelled = spelled.params(params);
            }
            if let Some(id) = id {
                spelled = spelled.id(id);
            }
            Some(spelled.finish())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{BorderLayer, Spellings, WayOut};
    use crate::server::lifecycle::Ending;
    use futures::future::{BoxFuture, FutureExt};
    use serde_json::json;
    use std::task::{Context, Poll};
    use tower::{Layer, Service};
    use tower_lsp::jsonrpc::{Request, Response};

    /// Answers with its parameters, and panics when asked to.
    struct Echo;

    impl Service<Request> for Echo {
        type Response = Option<Response>;
        type Error = std::convert::Infallible;
        type Future = BoxFuture<'static, Result<Option<Response>, Self::Error>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            async move {
                let (method, id, params) = request.into_parts();
                assert_ne!(method, "panic", "as asked");
                Ok(id.map(|id| Response::from_ok(id, params.unwrap_or_default())))
            }
            .boxed()
        }
    }

    #[test]
    fn uris_are_made_strict_at_any_depth() {
        let mut params = json!({
            "rootUri": "file:///a b",
            "textDocument": {"uri": "file:///a/b[1].md", "text": "file:///a b"},
            "files": [{"oldUri": "file:///闭.md", "newUri": "untitled:a b"}],
            "capabilities": {"uri": null},
        });
        Spellings::default().read("x", &mut params);
        assert_eq!(
            params,
            json!({
                "rootUri": "file:///a%20b",
                "textDocument": {"uri": "file:///a/b%5B1%5D.md", "text": "file:///a b"},
                "files": [{"oldUri": "file:///%E9%97%AD.md", "newUri": "untitled:a%20b"}],
                "capabilities": {"uri": null},
            })
        );
    }

    #[test]
    fn an_open_document_keeps_its_clients_spelling() {
        let spellings = Spellings::default();
        let document = || json!({"textDocument": {"uri": "file:///a b.md"}});
        spellings.read("textDocument/didOpen", &mut document());
        let strict = || json!({"uri": "file:///a%20b.md", "changes": {"file:///a%20b.md": [], "file:///c%20d.md": []}});
        let mut message = strict();
        spellings.write(&mut message);
        assert_eq!(
            message,
            json!({"uri": "file:///a b.md", "changes": {"file:///a b.md": [], "file:///c%20d.md": []}})
        );
        spellings.read("textDocument/didClose", &mut document());
        let mut message = strict();
        spellings.write(&mut message);
        assert_eq!(message, strict());
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_request_alone() {
        let mut service = BorderLayer { way_out: WayOut::default(), ending: Ending::default() }.layer(Echo);
        let failed = service.call(Request::build("panic").id(1).finish()).await.unwrap().unwrap();
        assert!(failed.is_error());
        let quiet = service.call(Request::build("panic").finish()).await.unwrap();
        assert_eq!(quiet, None);
        let well =
            service.call(Request::build("x").id(2).params(json!([1])).finish()).await.unwrap().unwrap();
        assert_eq!(well.result(), Some(&json!([1])));
    }
}
