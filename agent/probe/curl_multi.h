#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <unordered_map>

#include "agent/probe/curl_library.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"

namespace liqo::probe {

/// Runs libcurl's transfers on the loop (curl_multi_socket_action).
class CurlMulti {
 public:
  /// A transfer has ended. Called outside of libcurl: it may take this and any other out, begin
  /// others, and destroy the CurlMulti.
  using Finished = std::function<void(CURL* easy, CURLcode code)>;

  /// Null where there is no memory.
  static std::unique_ptr<CurlMulti> create(loop::Loop& loop, const CurlLibrary& curl,
                                           Finished finished);
  /// Every handle must have been removed.
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  /// False where there is no memory. Never calls back at once.
  bool add(CURL* easy);
  void remove(CURL* easy);

 private:
  CurlMulti(loop::Loop& loop, const CurlLibrary& curl, CURLM* multi, Finished finished);
  void set_callbacks();
  void on_socket(curl_socket_t fd, int what);
  void on_timer(long milliseconds);
  void act(curl_socket_t fd, int events);

  loop::Loop& loop_;
  const CurlLibrary& curl_;
  CURLM* multi_;
  Finished finished_;
  std::unordered_map<curl_socket_t, std::unique_ptr<loop::Poll>> polls_;
  loop::Timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace liqo::probe
