drop table asset_audio, asset_video;
