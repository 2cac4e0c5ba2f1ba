//! The language server: the analysis, spoken over the Language Server Protocol.
//!
//! Invariant: types of the protocol and of the async runtime are known here and nowhere else.

mod actions;
mod backend;
mod border;
mod capabilities;
mod commands;
mod comparisons;
mod completion;
mod convert;
mod disk;
mod documents;
mod edits;
mod handlers;
mod inlet;
mod lifecycle;
pub mod log;
mod names;
mod names_shown;
mod navigation;
mod outlet;
mod publish;
mod publisher;
mod renames;
mod rest;
mod settings;
mod shared;
mod snapshot;
mod state;
mod uri;
mod watch;

pub use backend::Backend;
pub use lifecycle::End;

use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tower::Layer;
use tower_lsp::{LspService, LspServiceBuilder, Server};

use crate::server::backend::long_answers;
use crate::server::border::{BorderLayer, Outward, WayOut};
use crate::server::inlet::Inlet;
use crate::server::lifecycle::Ending;
use crate::server::outlet::Outlet;

/// How many messages are worked on at a time. An edit waits while so many requests are under way, so it is more than
/// any editor sends at once.
const CONCURRENCY: usize = 64;

/// What can be set about a server; a test wants it more impatient.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long after a key the section under the cursor is left alone.
    pub quiet: Duration,
    /// How long nobody must have asked for anything before notes that were looked at rest again.
    pub rest: Duration,
    /// How often the server looks whether the process that started it is there.
    pub parent_poll: Duration,
    /// How long answers under way may take when the client has said `exit` or closed its end.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quiet: Duration::from_secs(3),
            rest: Duration::from_secs(2),
            parent_poll: Duration::from_secs(5),
            grace: Duration::from_secs(1),
        }
    }
}

/// Serves a client on stdin and stdout until it is gone. The exit code is 0 after `shutdown`, else 1.
pub fn run_stdio() -> ExitCode {
    run(async {
        serve(tokio::io::stdin(), tokio::io::stdout(), Options::default(), |server| server).await.into()
    })
}

/// Serves one client over TCP on this machine, for debugging. With port 0 the system picks one; the log names it.
pub fn run_tcp(port: u16) -> ExitCode {
    run(async move {
        match accept(port).await {
            Ok((read, write)) => serve(read, write, Options::default(), |server| server).await.into(),
            Err(error) => {
                log::error(format_args!("cannot listen on 127.0.0.1:{port}: {error}"));
                ExitCode::FAILURE
            }
        }
    })
}

async fn accept(
    port: u16,
) -> std::io::Result<(tokio::net::tcp::OwnedReadHalf, tokio::net::tcp::OwnedWriteHalf)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    log::info(format_args!("listening on {}", listener.local_addr()?));
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(stream.into_split())
}

/// How long threads for what takes long wait for more of it: each keeps memory at hand.
const IDLE: Duration = Duration::from_secs(5);

fn run(server: impl Future<Output = ExitCode>) -> ExitCode {
    log::info(format_args!("version {} for {}", env!("CARGO_PKG_VERSION"), env!("STUDYMARK_TARGET")));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).thread_keep_alive(IDLE).enable_all();
    let runtime = match builder.build() {
        Ok(runtime) => runtime,
        Err(error) => {
            log::error(format_args!("cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(server);
    // A thread that waits for stdin cannot be stopped, and need not be waited for.
    runtime.shutdown_background();
    code
}

/// Serves one client over any pair of streams until it is gone. `extend` may add methods of its own.
pub async fn serve<R, W>(
    read: R,
    write: W,
    options: Options,
    extend: impl FnOnce(LspServiceBuilder<Backend>) -> LspServiceBuilder<Backend>,
) -> End
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let ending = Ending::default();
    let shut_down = Arc::new(AtomicBool::new(false));
    let builder =
        LspService::build(|client| Backend::new(client, &options, ending.clone(), Arc::clone(&shut_down)));
    let (service, socket) = extend(long_answers::add(builder)).finish();
    let way_out = WayOut::default();
    let texts = way_out.texts.clone();
    let service = BorderLayer { way_out: way_out.clone(), ending: ending.clone() }.layer(service);
    let server = Server::new(
        Inlet::new(read, ending.clone()),
        Outlet::new(write, ending.clone(), texts),
        Outward { socket, way_out },
    );
    tokio::select! {
        () = server.concurrency_level(CONCURRENCY).serve(service) => {}
        () = ending.wait(options.grace) => {}
    }
    if shut_down.load(Ordering::Relaxed) { End::Clean } else { End::Abrupt }
}
