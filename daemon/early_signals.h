// Signals from the first instruction of the program on: main.cpp holds SIGHUP, SIGTERM and SIGINT back
// (blocked) before any other code of ours runs, threads inherit that, and the loop lets them in once
// it can answer them. Nothing is lost: what came meanwhile is answered then.
#pragma once

namespace frontierd {

void hold_signals_back();
// Of this thread, once the loop has its handlers, or where a command ends soon by itself.
void let_signals_in();
// Somebody has asked for an end meanwhile (SIGTERM, SIGINT).
bool stop_is_waiting();

}  // namespace frontierd
