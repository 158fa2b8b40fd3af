//! The thread that starts every child.
//!
//! The kernel sends a child its parent-death signal when the *thread* that started it ends, not the process. A thread of
//! a runtime ends with the runtime (in a test: with the test), so one thread that lives as long as the process starts all.

use std::{
    io,
    process::{Child, Command},
    sync::{LazyLock, mpsc},
    thread,
};

type Order = (Command, mpsc::SyncSender<io::Result<Child>>);

static ORDERS: LazyLock<mpsc::Sender<Order>> = LazyLock::new(|| {
    let (orders, queue) = mpsc::channel::<Order>();
    thread::Builder::new()
        .name("spawner".to_owned())
        .spawn(move || {
            while let Ok((mut command, reply)) = queue.recv() {
                let _ = reply.send(command.spawn());
            }
        })
        .expect("a process can start one more thread at its first child");
    orders
});

pub fn spawn(command: Command) -> io::Result<Child> {
    let (reply, answer) = mpsc::sync_channel(1);
    ORDERS.send((command, reply)).map_err(|_| io::Error::other("spawner is gone"))?;
    answer.recv().map_err(|_| io::Error::other("spawner is gone"))?
}
