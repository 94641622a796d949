// The command line, as parsed: one flat value that every command reads its part of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace frontierd {

struct Options {
  // everywhere
  std::string socket = "/run/frontierd/frontierd.sock";
  bool json = false;
  bool quiet = false;
  bool no_color = false;
  double timeout = 10;  // seconds in which nothing may come from the daemon

  // seed
  std::vector<std::string> files;
  int priority = -1;  // -1: the daemon's default
  std::uint64_t from_line = 1;
  bool ndjson = false;

  // hosts
  bool walled = false;
  bool resting = false;
  bool paused = false;
  bool exhausted = false;
  std::string pattern;

  std::string what;  // the one URL or host of a command
  // retry, drop
  std::string host;
  std::string because;
  std::string cls;
  std::vector<std::string> assignments;  // set: gap=250ms ...
  bool make = false;                     // pause, resume, set: for a host not yet on record, too

  // export
  std::string format = "ndjson";
  std::string state;
  std::int64_t after = 0;

  // top
  double interval = 2;
  bool once = false;
  // watch
  double watch_seconds = 0;  // 0: until there is nothing left to do soon

  // classify, signatures, robots check
  bool jsonl = false;
  std::string url;
  std::string now;
  std::string signatures;
  // signatures
  std::string stats;  // a file of labelled responses
  std::string why;    // a response
  std::string agent;

  std::string shell;  // completion
};

}  // namespace frontierd
