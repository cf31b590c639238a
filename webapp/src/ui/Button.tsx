import type { ButtonHTMLAttributes } from "react";

type Look = "primary" | "plain" | "quiet" | "danger";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
}

/** A button with words. */
export function Button({ look = "plain", className = "", type = "button", ...rest }: Props) {
  return <button type={type} className={`button button-${look} ${className}`} {...rest} />;
}

interface IconProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "aria-label"> {
  /** What it does, for those who do not see the drawing. */
  label: string;
}

/** A button with a drawing only; it always has a name. */
export function IconButton({ label, className = "", type = "button", ...rest }: IconProps) {
  return <button type={type} className={`icon-button ${className}`} aria-label={label} title={label} {...rest} />;
}
