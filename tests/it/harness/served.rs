//! A log's own service over gRPC, for readers that are not the registry's.

use kim_contract::log::v1::event_log_service_server::EventLogServiceServer;
use kim_eventlog::{Log, LogService};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Endpoint, Server};

/// Serves the log on any port, to everybody.
pub async fn serve(log: &Log) -> Channel {
    let service = LogService::new(log.clone(), Box::new(|_, filter| Ok(filter)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    let serving = Server::builder().add_service(EventLogServiceServer::new(service));
    tokio::spawn(serving.serve_with_incoming(TcpListenerStream::new(listener)));
    Endpoint::from_shared(address).expect("an address").connect_lazy()
}
