#include "resolver/loop/work.h"

#include <uv.h>

#include <cassert>
#include <cstdlib>
#include <utility>

namespace liqo::loop {

struct Work::Job {
  uv_work_t request{};
  Work* owner = nullptr;
  std::function<void()> task;
  std::function<void()> done;
};

Work::Work(Loop& loop, std::function<void()> task, std::function<void()> done)
    : job_(new Job{{}, this, std::move(task), std::move(done)}) {
  job_->request.data = job_;
  // libuv starts four threads at the first task, where one is plenty; the user's choice stands.
  ::setenv("UV_THREADPOOL_SIZE", "1", /*overwrite=*/0);
  [[maybe_unused]] const int status = uv_queue_work(
      loop.raw(), &job_->request, [](uv_work_t* work) { static_cast<Job*>(work->data)->task(); },
      [](uv_work_t* work, int /*status*/) {
        const std::unique_ptr<Job> job(static_cast<Job*>(work->data));
        if (job->owner == nullptr) return;
        job->owner->job_ = nullptr;
        job->done();
      });
  assert(status == 0 && "uv_queue_work fails only without a task");
}

Work::~Work() {
  if (job_ == nullptr) return;
  job_->owner = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&job_->request));
}

}  // namespace liqo::loop
