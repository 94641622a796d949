// A server over a fake daemon on a socket in a directory of its own, its loop on a thread.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <thread>

#include "api/server.h"
#include "unit/api/fake_control.h"
#include "unit/api/http_peer.h"

namespace frontierd {

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    std::string name = (std::filesystem::temp_directory_path() / "frontierd-api-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    options_.socket_path = folder_ + "/api.sock";
  }
  ~ServerTest() override {
    stop();
    std::filesystem::remove_all(folder_);
  }
  void start() {
    server_ = std::make_unique<ApiServer>(loop_, control_, control_, metrics_, options_);
    const auto opened = server_->open();
    ASSERT_TRUE(opened) << opened.error().what;
    thread_ = std::thread([this] {
      auto work = boost::asio::make_work_guard(loop_);
      loop_.run();
    });
  }
  void stop() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
    server_->close();
    loop_.restart();
    loop_.poll();
  }
  std::string ask(const std::string& request) {
    HttpPeer peer(options_.socket_path);
    EXPECT_TRUE(peer.connected());
    peer.send(request);
    return peer.read_all();
  }
  std::string get(const std::string& target) {
    return ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  // A seed request in one piece, its sending overlapped with the reading of the answer.
  std::string seed(const std::string& body, const std::string& query = "",
                   const std::string& fields = "") {
    HttpPeer peer(options_.socket_path);
    std::thread sender([&] {
      peer.send("POST /v1/seeds" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
      peer.send(body);
    });
    std::string answer = peer.read_all();
    sender.join();
    return answer;
  }

  std::string folder_;
  FakeControl control_;
  MetricsJournal metrics_;
  ApiOptions options_;
  boost::asio::io_context loop_;
  std::unique_ptr<ApiServer> server_;
  std::thread thread_;
};

}  // namespace frontierd
