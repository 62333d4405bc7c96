#include "agent/probe/curl_multi.h"

#include <utility>

namespace liqo::probe {
namespace {

loop::Interest interest_of(int what) {
  if (what == CURL_POLL_INOUT) return loop::Interest::kBoth;
  return what == CURL_POLL_OUT ? loop::Interest::kWrite : loop::Interest::kRead;
}

}  // namespace

std::unique_ptr<CurlMulti> CurlMulti::create(loop::Loop& loop, const CurlLibrary& curl,
                                             Finished finished) {
  CURLM* multi = curl.multi_init();
  if (multi == nullptr) return nullptr;
  return std::unique_ptr<CurlMulti>(new CurlMulti(loop, curl, multi, std::move(finished)));
}

CurlMulti::CurlMulti(loop::Loop& loop, const CurlLibrary& curl, CURLM* multi, Finished finished)
    : loop_(loop), curl_(curl), multi_(multi), finished_(std::move(finished)), timer_(loop) {
  set_callbacks();
}

CurlMulti::~CurlMulti() { curl_.multi_cleanup(multi_); }

void CurlMulti::set_callbacks() {
  const curl_socket_callback socket = [](CURL*, curl_socket_t fd, int what, void* self, void*) {
    static_cast<CurlMulti*>(self)->on_socket(fd, what);
    return 0;
  };
  const curl_multi_timer_callback timer = [](CURLM*, long milliseconds, void* self) {
    static_cast<CurlMulti*>(self)->on_timer(milliseconds);
    return 0;
  };
  curl_.multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, socket);
  curl_.multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_.multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, timer);
  curl_.multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

bool CurlMulti::add(CURL* easy) { return curl_.multi_add_handle(multi_, easy) == CURLM_OK; }

void CurlMulti::remove(CURL* easy) { curl_.multi_remove_handle(multi_, easy); }

/// libcurl tells of the end of a socket before it closes it.
void CurlMulti::on_socket(curl_socket_t fd, int what) {
  if (what == CURL_POLL_REMOVE) {
    polls_.erase(fd);
    return;
  }
  std::unique_ptr<loop::Poll>& poll = polls_[fd];
  if (poll != nullptr) return poll->set_interest(interest_of(what));
  auto created = loop::Poll::create(loop_, fd, interest_of(what), [this, fd](bool in, bool out) {
    act(fd, (in ? CURL_CSELECT_IN : 0) | (out ? CURL_CSELECT_OUT : 0));
  });
  // A socket that is not watched is one that stays silent.
  if (created) poll = std::move(*created);
}

void CurlMulti::on_timer(long milliseconds) {
  if (milliseconds < 0) return timer_.cancel();
  timer_.arm(Duration(milliseconds), [this] { act(CURL_SOCKET_TIMEOUT, 0); });
}

void CurlMulti::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_.multi_socket_action(multi_, fd, events, &running);
  const std::weak_ptr<bool> alive = alive_;
  int left = 0;
  while (!alive.expired()) {
    const CURLMsg* message = curl_.multi_info_read(multi_, &left);
    if (message == nullptr) return;
    if (message->msg != CURLMSG_DONE) continue;
    const Finished finished = finished_;  // on the stack: it may destroy this
    finished(message->easy_handle, message->data.result);
  }
}

}  // namespace liqo::probe
