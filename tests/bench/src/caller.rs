//! A client with its token on every call.

use std::net::SocketAddr;

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

pub type Caller = InterceptedService<Channel, Bearer>;

#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl tonic::service::Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// One HTTP/2 connection.
pub async fn connect(address: SocketAddr, token: &str) -> anyhow::Result<Caller> {
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    Ok(InterceptedService::new(channel, Bearer(format!("Bearer {token}").parse()?)))
}
