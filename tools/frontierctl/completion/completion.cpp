#include <CLI/CLI.hpp>

#include "frontierctl/completion/completion.h"

#include <vector>

namespace frontierd {
namespace {

struct Word {
  std::string text;
  std::string help;
};

// One command with what may follow it.
struct Node {
  std::string path;  // "url canon"; empty for the program itself
  std::vector<Word> words;
  bool takes_files = false;
};

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\'' || c == '"' || c == '[' || c == ']' || c == ':' || c == '$' ||
        c == '`') {
      c = ' ';
    }
  }
  return text;
}

void add_options(const CLI::App& app, Node& node) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      node.words.push_back({"--" + name, one_line(option->get_description())});
    }
    for (const std::string& name : option->get_snames()) {
      node.words.push_back({"-" + name, one_line(option->get_description())});
    }
  }
}

void walk(const CLI::App& app, const CLI::App& root, const std::string& path,
          std::vector<Node>& out) {
  Node node{path, {}, path == "seed" || path == "signatures"};
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    node.words.push_back({sub->get_name(), one_line(sub->get_description())});
  }
  if (path == "completion") {
    for (const char* shell : {"bash", "zsh", "fish"}) node.words.push_back({shell, ""});
  }
  add_options(app, node);
  if (&app != &root) add_options(root, node);
  out.push_back(std::move(node));
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    walk(*sub, root, path.empty() ? sub->get_name() : path + " " + sub->get_name(), out);
  }
}

std::string words_of(const Node& node) {
  std::string out;
  for (const Word& word : node.words) out += (out.empty() ? "" : " ") + word.text;
  return out;
}

std::string names_of(const std::vector<Node>& nodes) {
  std::string out;
  for (const Node& node : nodes) {
    if (!node.path.empty()) out += "|" + node.path;
  }
  return out + "|";
}

std::string bash_script(const std::vector<Node>& nodes) {
  std::string out =
      "# bash completion for frontierctl\n"
      "_frontierctl() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} path= word words= files= i\n"
      "  local known='" +
      names_of(nodes) +
      "'\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    [[ $known == *\"|${path:+$path }$word|\"* ]] && path=\"${path:+$path }$word\"\n"
      "  done\n"
      "  case $path in\n";
  for (const Node& node : nodes) {
    out += "    '" + node.path + "') words='" + words_of(node) + "'" +
           (node.takes_files ? " files=1" : "") + " ;;\n";
  }
  out +=
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
      "  if [[ -n $files && $cur != -* ]]; then\n"
      "    compopt -o filenames\n"
      "    COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
      "  fi\n"
      "}\n"
      "complete -F _frontierctl frontierctl\n";
  return out;
}

std::string zsh_script(const std::vector<Node>& nodes) {
  std::string out =
      "#compdef frontierctl\n"
      "_frontierctl() {\n"
      "  local at= word i\n"
      "  local -a found\n"
      "  local known='" +
      names_of(nodes) +
      "'\n"
      "  for ((i = 2; i < CURRENT; i++)); do\n"
      "    word=$words[i]\n"
      "    [[ $known == *\"|${at:+$at }$word|\"* ]] && at=\"${at:+$at }$word\"\n"
      "  done\n"
      "  case $at in\n";
  for (const Node& node : nodes) {
    out += "    '" + node.path + "') found=(";
    for (const Word& word : node.words) {
      out += " '" + word.text + (word.help.empty() ? "" : ":" + word.help) + "'";
    }
    out += std::string(" )") + (node.takes_files ? "; _files" : "") + " ;;\n";
  }
  out +=
      "  esac\n"
      "  _describe -t commands 'frontierctl' found\n"
      "}\n"
      "_frontierctl \"$@\"\n";
  return out;
}

std::string fish_script(const std::vector<Node>& nodes) {
  std::string out =
      "# fish completion for frontierctl\n"
      "function __frontierctl_at\n"
      "  set -l known '" +
      names_of(nodes) +
      "'\n"
      "  set -l path\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    set -l longer (string join ' ' $path $word)\n"
      "    string match -q -- \"*|$longer|*\" $known; and set path $path $word\n"
      "  end\n"
      "  test \"$path\" = \"$argv[1]\"\n"
      "end\n"
      "complete -c frontierctl -f\n";
  for (const Node& node : nodes) {
    const std::string when = "__frontierctl_at '" + node.path + "'";
    for (const Word& word : node.words) {
      out += "complete -c frontierctl -n \"" + when + "\" -a '" + word.text + "' -d '" + word.help +
             "'\n";
    }
    if (node.takes_files) out += "complete -c frontierctl -n \"" + when + "\" -F\n";
  }
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& root, const std::string& shell) {
  std::vector<Node> nodes;
  walk(root, root, "", nodes);
  if (shell == "bash") return bash_script(nodes);
  if (shell == "zsh") return zsh_script(nodes);
  return fish_script(nodes);
}

}  // namespace frontierd
