import { KinemacolorError } from '../../errors.ts';

/** The client of S3. */
export type S3Package = typeof import('@aws-sdk/client-s3');

/** Load the client of S3, which is optional. Throws `environment` where it is not installed. */
export async function loadS3(): Promise<S3Package> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'; // which Node is needed this program states itself
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    throw new KinemacolorError(
      'environment',
      'Films and shots in S3 need its client, which is not installed; install it beside kinemacolor: npm install --global @aws-sdk/client-s3@3.',
      { cause },
    );
  }
}
