//! Open pages: Socket.IO over WebSocket, and the events of all services.

mod connect;
mod limits;
