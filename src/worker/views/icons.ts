// The site's icon, as SVG and PNG: the date line between two columns of newsprint.

/** For browser tabs, at any size. */
export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="10" fill="#8f2416"/><g fill="#fdf8ee"><rect x="12" y="14" width="17" height="5"/><rect x="12" y="25" width="17" height="3"/><rect x="12" y="33" width="17" height="3"/><rect x="12" y="41" width="17" height="3"/><rect x="12" y="49" width="11" height="3"/><rect x="38" y="25" width="14" height="3"/><rect x="38" y="33" width="14" height="3"/><rect x="38" y="41" width="14" height="3"/><rect x="38" y="14" width="14" height="5"/></g><path d="M33.500 8v18l4 7-8 7 4 6v10" fill="none" stroke="#f2c14e" stroke-width="3"/></svg>`

/** For home screens, which need a PNG: the same drawing without round corners, 180 pixels wide. */
export const TOUCH_ICON: Uint8Array<ArrayBuffer> = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAALQAAAC0BAMAAADP4xsBAAAAMFBMVEWPJBb9+O7ywU6qWUzbtqvhxLilTDy7ai6/gXXUqZ2cOibTjzzNnJDosEj21IT88+DXON/GAAAACXBIWXMAAC4jAAAuIwF4pT92AAABx0lEQVRo3u2asUoDQRCGFwInnFjE2moLLSQiCKktLHwBwfJIYWF12PgAaXwE7U5QUESIPomktNMXEN/Avbu9sDlHhNz8eOb+r83ysQx/ZnZCjCGEEEJI1zh3ZBi1daRUU0011VS3QR1dyVyG6nvhQPKruteX2QjV18KBXaqppppqqDq+kBmH6jvhQMYpQzXVVFO9LI/gA5nDUH0jHGj3I3iCU29i1FOnHmDUI19sgHo1V79A1HGu3l5UHR3JHBefPufuzNwKB5KGX8e1Kn76rFTxA1DFD8AI1/yq+AGo4ofAxw8B49f5+J3InM7d2g6/HTDN+vUs2PZNexQ4Hgrzzqe+Op4W6o++vvqxvLT+bDRRYbZPAPVZYd5CPRasTQDqMnivi/4esicznF16kJmecKBRD/fBQzTrMniI6eWDh7i0Dx6qT7vgoUa5Cx7q0gPAM+E/By9FzVpI8HyoJ7jXR8Nb/7T+z0VPd/1/DyuiOwrWw4ooT5mwIsrqMCPK6jAjyuo4qIj2RA8qor3+BxXRXv9jVMNufx/5q4oA97oUVxH+fk01TF3b6jM9db1f71NN9RKo6+t/wvZENdUdUwP//E8IIYSQdvIFcm61rBx1VyQAAAAASUVORK5CYII=',
  ),
  (character) => character.charCodeAt(0),
)
