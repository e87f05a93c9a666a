/// Messages for recordings of the rooms that a rule opens, as far as responses show them.
/// <https://github.com/livekit/protocol/blob/main/protobufs/livekit_egress.proto>
extension LiveKitMessage {
    static let roomEgress = LiveKitMessage(
        "RoomEgress",
        [
            Field(1, "room", .message(compositeEgress)), Field(3, "participant", .message(participantEgress)),
            Field(2, "tracks", .message(trackEgress)),
        ])

    private static let compositeEgress = LiveKitMessage(
        "RoomCompositeEgressRequest",
        [
            Field(1, "room_name", .text), Field(2, "layout", .text), Field(3, "audio_only", .truth),
            Field(
                15, "audio_mixing",
                .choice(LiveKitEnumeration(["DEFAULT_MIXING", "DUAL_CHANNEL_AGENT", "DUAL_CHANNEL_ALTERNATE"]))),
            Field(4, "video_only", .truth), Field(5, "custom_base_url", .text),
            Field(6, "file", .message(file), .oneOf("output")), Field(7, "stream", .message(stream), .oneOf("output")),
            Field(10, "segments", .message(segments), .oneOf("output")),
            Field(8, "preset", .choice(presets), .oneOf("options")),
            Field(9, "advanced", .message(encoding), .oneOf("options")), Field(11, "file_outputs", .messages(file)),
            Field(12, "stream_outputs", .messages(stream)), Field(13, "segment_outputs", .messages(segments)),
            Field(14, "image_outputs", .messages(images)), Field(16, "webhooks", .messages(webhook)),
        ])

    private static let participantEgress = LiveKitMessage(
        "AutoParticipantEgress",
        [
            Field(1, "preset", .choice(presets), .oneOf("options")),
            Field(2, "advanced", .message(encoding), .oneOf("options")), Field(3, "file_outputs", .messages(file)),
            Field(4, "segment_outputs", .messages(segments)),
        ])

    private static let trackEgress = LiveKitMessage(
        "AutoTrackEgress",
        [Field(1, "filepath", .text), Field(5, "disable_manifest", .truth)] + uploads(2, 3, 4, 6))

    // MARK: Outputs

    private static let file = LiveKitMessage(
        "EncodedFileOutput",
        [
            Field(1, "file_type", .choice(LiveKitEnumeration(["DEFAULT_FILETYPE", "MP4", "OGG", "MP3"]))),
            Field(2, "filepath", .text), Field(6, "disable_manifest", .truth),
        ] + uploads(3, 4, 5, 7))

    private static let stream = LiveKitMessage(
        "StreamOutput",
        [
            Field(1, "protocol", .choice(LiveKitEnumeration(["DEFAULT_PROTOCOL", "RTMP", "SRT", "WEBSOCKET"]))),
            Field(2, "urls", .texts),
        ])

    private static let segments = LiveKitMessage(
        "SegmentedFileOutput",
        [
            Field(1, "protocol", .choice(LiveKitEnumeration(["DEFAULT_SEGMENTED_FILE_PROTOCOL", "HLS_PROTOCOL"]))),
            Field(2, "filename_prefix", .text), Field(3, "playlist_name", .text),
            Field(11, "live_playlist_name", .text), Field(4, "segment_duration", unsigned),
            Field(10, "filename_suffix", .choice(LiveKitEnumeration(["INDEX", "TIMESTAMP"]))),
            Field(8, "disable_manifest", .truth),
        ] + uploads(5, 6, 7, 9))

    private static let images = LiveKitMessage(
        "ImageOutput",
        [
            Field(1, "capture_interval", unsigned), Field(2, "width", signed), Field(3, "height", signed),
            Field(4, "filename_prefix", .text),
            Field(
                5, "filename_suffix",
                .choice(
                    LiveKitEnumeration(["INDEX", "TIMESTAMP", "NONE_OVERWRITE"].map { "IMAGE_SUFFIX_\($0)" }))),
            Field(6, "image_codec", .choice(LiveKitEnumeration(["IC_DEFAULT", "IC_JPEG"]))),
            Field(7, "disable_manifest", .truth),
        ] + uploads(8, 9, 10, 11))

    private static let webhook = LiveKitMessage(
        "WebhookConfig", [Field(1, "url", .text), Field(2, "signing_key", .text)])

    // MARK: Encoding

    private static let presets = LiveKitEnumeration(
        ["", "PORTRAIT_"].flatMap { turn in
            ["720P_30", "720P_60", "1080P_30", "1080P_60"].map { "\(turn)H264_\($0)" }
        })

    private static let encoding = LiveKitMessage(
        "EncodingOptions",
        [
            Field(1, "width", signed), Field(2, "height", signed), Field(3, "depth", signed),
            Field(4, "framerate", signed),
            Field(5, "audio_codec", .choice(LiveKitEnumeration(["DEFAULT_AC", "OPUS", "AAC", "AC_MP3"]))),
            Field(6, "audio_bitrate", signed), Field(7, "audio_frequency", signed),
            Field(
                8, "video_codec",
                .choice(LiveKitEnumeration(["DEFAULT_VC", "H264_BASELINE", "H264_MAIN", "H264_HIGH", "VP8"]))),
            Field(9, "video_bitrate", signed), Field(10, "key_frame_interval", .real),
            Field(11, "audio_quality", signed), Field(12, "video_quality", signed),
        ])

    // MARK: Upload targets

    private static func uploads(_ s3: UInt32, _ gcp: UInt32, _ azure: UInt32, _ aliOSS: UInt32) -> [Field] {
        [
            Field(s3, "s3", .message(s3Upload), .oneOf("output")),
            Field(gcp, "gcp", .message(gcpUpload), .oneOf("output")),
            Field(azure, "azure", .message(azureUpload), .oneOf("output")),
            Field(aliOSS, "aliOSS", .message(aliOSSUpload), .oneOf("output")),
        ]
    }

    private static let proxy = LiveKitMessage(
        "ProxyConfig", [Field(1, "url", .text), Field(2, "username", .text), Field(3, "password", .text)])

    private static let s3Upload = LiveKitMessage(
        "S3Upload",
        [
            Field(1, "access_key", .text), Field(2, "secret", .text), Field(11, "session_token", .text),
            Field(12, "assume_role_arn", .text), Field(13, "assume_role_external_id", .text), Field(3, "region", .text),
            Field(4, "endpoint", .text), Field(5, "bucket", .text), Field(6, "force_path_style", .truth),
            Field(7, "metadata", .textMap), Field(8, "tagging", .text), Field(9, "content_disposition", .text),
            Field(10, "proxy", .message(proxy)),
        ])

    private static let gcpUpload = LiveKitMessage(
        "GCPUpload", [Field(1, "credentials", .text), Field(2, "bucket", .text), Field(3, "proxy", .message(proxy))])

    private static let azureUpload = LiveKitMessage(
        "AzureBlobUpload",
        [Field(1, "account_name", .text), Field(2, "account_key", .text), Field(3, "container_name", .text)])

    private static let aliOSSUpload = LiveKitMessage(
        "AliOSSUpload",
        [
            Field(1, "access_key", .text), Field(2, "secret", .text), Field(3, "region", .text),
            Field(4, "endpoint", .text), Field(5, "bucket", .text),
        ])
}
