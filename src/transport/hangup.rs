//! Tells when a client is gone: actix-web notices it only once it writes the answer.

use std::any::Any;
use std::future::pending;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;

/// Most answers are there before this; only for longer ones a connection is watched.
const PATIENCE: Duration = Duration::from_millis(20);

/// A second handle on a connection.
#[derive(Clone)]
struct Line(Arc<OwnedFd>);

/// Takes a second handle on each new connection; for `HttpServer::on_connect`.
pub fn on_connect(connection: &dyn Any, data: &mut Extensions) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Ok(handle) = stream.as_fd().try_clone_to_owned()
    {
        data.insert(Line(Arc::new(handle)));
    }
}

/// Ends when the client of a request has closed its side of the connection. Where that can't be told, it never ends.
pub fn of(request: &HttpRequest) -> impl Future<Output = ()> + use<> {
    let line = request.conn_data::<Line>().cloned();
    async move {
        tokio::time::sleep(PATIENCE).await;
        let handle = line.and_then(|Line(handle)| handle.try_clone().ok()).map(std::net::TcpStream::from);
        if let Some(watched) = handle.and_then(|handle| TcpStream::from_std(handle).ok()) {
            // What can be read is the next request, which waits for its turn.
            while let Ok(1..) = watched.peek(&mut [0]).await {
                tokio::time::sleep(PATIENCE).await;
            }
            return;
        }
        pending::<()>().await;
    }
}
