// Metadata in words, for laq info.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "laq/laq.hpp"

namespace laq::command {

// "BT.2020, PQ, full range"; code points that have no name are told as numbers.
std::string describe_code_points(const CodePoints& points);

// One line for each thing that is there: "ICC profile, 560 bytes".
std::vector<std::string> describe_metadata(const Metadata& metadata);
std::vector<std::string> describe_attachments(std::span<const Attachment> attachments);

// The members of a JSON object; those that may be missing are null then.
nlohmann::ordered_json metadata_as_json(const Metadata& metadata);
nlohmann::ordered_json attachments_as_json(std::span<const Attachment> attachments);

}  // namespace laq::command
