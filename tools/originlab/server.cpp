#include "originlab/server.h"

#include <cstdio>
#include <fstream>

#include "originlab/certificate.h"

namespace frontierd::originlab {
namespace {

constexpr Micros kAcceptPause = std::chrono::milliseconds{50};

std::string where(const Tcp::endpoint& at) {
  const std::string address = at.address().to_string();
  const std::string port = ":" + std::to_string(at.port());
  return at.address().is_v6() ? "[" + address + "]" + port : address + port;
}

// Whole or not at all: a reader that waits for the file never sees half of it.
bool write_whole(const std::string& path, const std::string& text) {
  const std::string draft = path + ".new";
  std::ofstream out(draft);
  out << text;
  out.close();
  return out && std::rename(draft.c_str(), path.c_str()) == 0;
}

}  // namespace

World::World(const Lab& what) : lab(what) {
  for (const Host& host : lab.hosts) {
    origins.push_back(std::make_unique<Origin>(host, lab.seed));
    for (const std::string& name : host.names) by_name.emplace(name, origins.back().get());
  }
}

Origin* World::find(const std::string& host) const {
  for (const std::string& name : {host, host.substr(0, host.rfind(':')), std::string("*")}) {
    if (const auto found = by_name.find(name); found != by_name.end()) return found->second;
  }
  return nullptr;
}

struct Server::Door {
  Door(boost::asio::io_context& io, const Listener& what)
      : listener(what), acceptor(io), pause(io) {}
  const Listener& listener;
  Tcp::acceptor acceptor;
  boost::asio::steady_timer pause;
  std::unique_ptr<boost::asio::ssl::context> tls;
};

Server::Server(const Lab& lab)
    : world_(lab), signals_(world_.io, SIGTERM, SIGINT), end_(world_.io) {}

Server::~Server() {
  stop();
}

Result<void> Server::open(const Listener& listener) {
  auto door = std::make_unique<Door>(world_.io, listener);
  ErrorCode error;
  const auto address = boost::asio::ip::make_address(listener.address, error);
  if (error) {
    return fail(Errc::Usage, "\"" + listener.address + "\" is no IP address; write 127.0.0.1");
  }
  const Tcp::endpoint endpoint(address, listener.port);
  door->acceptor.open(endpoint.protocol(), error);
  if (!error) door->acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) door->acceptor.bind(endpoint, error);
  if (!error) door->acceptor.listen(4'096, error);
  if (error) {
    return fail(Errc::Conflict, "cannot listen on " + where(endpoint) + ": " + error.message() +
                                    "; choose another address in the lab file, or --port 0");
  }
  if (listener.tls != Tls::Off) {
    door->tls = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
    std::vector<std::string> names;
    for (const auto& [name, origin] : world_.by_name) names.push_back(name);
    if (auto made = use_own_certificate(*door->tls, listener.tls, names, listener.save_certificate);
        !made) {
      return made;
    }
  }
  doors_.push_back(std::move(door));
  return {};
}

Result<void> Server::listen(const std::string& ports_file) {
  std::string ports;
  for (const Listener& listener : world_.lab.listeners) {
    if (auto opened = open(listener); !opened) return opened;
    ports += where(doors_.back()->acceptor.local_endpoint()) + "\n";
    accept(*doors_.back());
  }
  if (!ports_file.empty() && !write_whole(ports_file, ports)) {
    return fail(Errc::Io, "cannot write " + ports_file + "; choose another --ports-file");
  }
  for (const auto& door : doors_) {
    std::printf("listening on %s\n", where(door->acceptor.local_endpoint()).c_str());
  }
  std::fflush(stdout);
  return {};
}

void Server::accept(Door& door) {
  door.acceptor.async_accept([this, &door](ErrorCode error, Tcp::socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    if (!error) {
      admit(door, std::move(socket));
      return accept(door);
    }
    // Out of descriptors, most likely: a short rest lets some come back.
    door.pause.expires_after(kAcceptPause);
    door.pause.async_wait([this, &door](ErrorCode stopped) {
      if (!stopped) accept(door);
    });
  });
}

void Server::admit(Door& door, Tcp::socket socket) {
  if (connections_.size() >= world_.lab.max_connections) {
    ErrorCode ignored;
    socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
    return;
  }
  auto connection =
      std::make_shared<Connection>(world_, door.listener, std::move(socket), door.tls.get(),
                                   [this](Connection* one) { connections_.erase(one); });
  connections_.emplace(connection.get(), connection);
  connection->start();
}

void Server::stop() {
  for (const auto& origin : world_.origins) origin->close();
  for (const auto& door : doors_) {
    ErrorCode ignored;
    door->acceptor.close(ignored);
    door->pause.cancel();
  }
  const auto all = std::move(connections_);
  connections_.clear();
  for (const auto& [raw, connection] : all) connection->stop();
  world_.log.flush();
  world_.io.stop();
}

void Server::run(std::optional<Micros> length) {
  signals_.async_wait([this](ErrorCode error, int) {
    if (!error) stop();
  });
  if (length) {
    end_.expires_after(*length);
    end_.async_wait([this](ErrorCode error) {
      if (!error) stop();
    });
  }
  world_.io.run();
}

}  // namespace frontierd::originlab
