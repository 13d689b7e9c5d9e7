export { type IManifestContent, Manifest, type ManifestProps } from './manifest';
